#version 330 core
// One point per cell of the lattice, or of every few of its rows and columns.
flat out int v_cell;
flat out int v_batch;  // which share of the levels that cross its cell this instance draws

void main() {
    v_cell = gl_VertexID;
    v_batch = gl_InstanceID;
}
