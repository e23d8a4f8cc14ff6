#version 330 core
// One label in its colour, as far as the glyphs cover the pixel.
uniform sampler2D t_atlas;     // coverage of the glyphs
in vec2 v_source;
flat in vec4 v_colour;
out vec4 colour;

void main() {
    colour = vec4(v_colour.rgb, v_colour.a * texture(t_atlas, v_source).r);
    if (colour.a < 0.004) discard;
}
