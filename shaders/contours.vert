#version 330 core
// A captured segment, lifted back on the surface, to its height or to the floor, and widened on the screen.
#include "lib/height.glsl"
#include "lib/line.glsl"
uniform mat4 u_clip;
uniform sampler2D t_levels;    // heights in ascending order, row by row
uniform sampler2D t_looks;     // colours of the levels, laid out like them
uniform vec2 u_line_world;     // z of height 0, and how much higher height 1 is: not always that of the surface
uniform float u_width_px;
uniform int u_emphasis;        // every so many levels the line is heavier; 0 none
uniform float u_heavier;       // by this factor
in vec4 i_ends;
in float i_level;
out float v_across_px;
flat out float v_width_px;
flat out vec4 v_colour;

vec4 placed(vec2 uv, float height) {
    return u_clip * vec4(world_at(uv, 0.0).xy, u_line_world.x + height * u_line_world.y, 1.0);
}

void main() {
    int index = int(i_level);
    int width = textureSize(t_levels, 0).x;
    ivec2 texel = ivec2(index % width, index / width);
    float height = texelFetch(t_levels, texel, 0).r;
    v_colour = texelFetch(t_looks, texel, 0);
    bool heavy = u_emphasis > 0 && (index + 1) % u_emphasis == 0;
    v_width_px = u_width_px * (heavy ? u_heavier : 1.0);
    gl_Position = line_corner(
        placed(i_ends.xy, height), placed(i_ends.zw, height), gl_VertexID, v_width_px, 4e-4, v_across_px);
    cut_away(world_at(gl_VertexID < 2 ? i_ends.xy : i_ends.zw, height));   // with the surface, wherever the line is
}
