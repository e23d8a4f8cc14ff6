#version 330 core
// A piece of an arrow over the ground, draped on it.
#include "lib/height.glsl"
#include "lib/line.glsl"
uniform mat4 u_clip;
uniform float u_rim_px;
uniform vec2 u_head_px;        // length and half width of the head
in vec4 i_ends;                // u v of tail and tip
in vec2 i_part;                // from where to where the piece goes, 0 tail .. 1 tip
out float v_across_px;
out float v_to_tip_px;
flat out float v_length_px;

vec3 ground_at(vec2 uv) {
    return world_at(uv, height_at(uv));
}

vec2 seen_px(vec4 clip) {
    return clip.xy / clip.w * 0.5 * u_viewport_px;
}

void main() {
    vec3 from = ground_at(mix(i_ends.xy, i_ends.zw, i_part.x));
    vec3 to = ground_at(mix(i_ends.xy, i_ends.zw, i_part.y));
    vec4 tail = u_clip * vec4(ground_at(i_ends.xy), 1.0);
    vec4 tip = u_clip * vec4(ground_at(i_ends.zw), 1.0);
    float width_px = 2.0 * (u_head_px.y + u_rim_px);
    gl_Position = line_corner(
        u_clip * vec4(from, 1.0), u_clip * vec4(to, 1.0), gl_VertexID, width_px, 1.2e-3, v_across_px);
    bool at_end = gl_VertexID >= 2;
    float beyond_px = (at_end ? 0.25 : -0.25) * width_px;  // as line_corner draws the ends out
    v_to_tip_px = length(seen_px(tip) - seen_px(u_clip * vec4(at_end ? to : from, 1.0))) - beyond_px;
    v_length_px = length(seen_px(tip) - seen_px(tail));
    bool hidden = isnan(from.z) || isnan(to.z) || isnan(tail.z) || isnan(tip.z) || tail.w < MIN_W || tip.w < MIN_W;
    if (hidden) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    cut_away(at_end ? to : from);
}
