#version 330 core
// A finished picture, pixel by pixel.
uniform sampler2D t_picture;
uniform vec2 u_corner_px;      // of the picture in the window
out vec4 colour;

void main() {
    colour = vec4(texelFetch(t_picture, ivec2(gl_FragCoord.xy - u_corner_px), 0).rgb, 1.0);
}
