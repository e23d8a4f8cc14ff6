#version 330 core
// A finished picture, pixel by pixel.
uniform sampler2D t_picture;
out vec4 colour;

void main() {
    colour = vec4(texelFetch(t_picture, ivec2(gl_FragCoord.xy), 0).rgb, 1.0);
}
