// A straight line as a screen-space quad of constant width (GL 3.3 core on macOS draws lines one pixel wide only).
// in: u_viewport_px  size of the picture
uniform vec2 u_viewport_px;

const float FEATHER_PX = 1.0;    // soft rim
const float MIN_W = 1e-3;        // both ends are cut at the eye plane

// Corner 0..3 of the quad around the line a-b (clip space); across_px is the signed distance from the middle.
vec4 line_corner(vec4 a, vec4 b, int corner, float width_px, float toward_eye, out float across_px) {
    if (a.w < MIN_W && b.w < MIN_W) return vec4(2.0, 2.0, 2.0, 1.0);
    if (a.w < MIN_W) a = mix(a, b, (MIN_W - a.w) / (b.w - a.w));
    if (b.w < MIN_W) b = mix(b, a, (MIN_W - b.w) / (a.w - b.w));
    vec2 a_px = a.xy / a.w * 0.5 * u_viewport_px;
    vec2 b_px = b.xy / b.w * 0.5 * u_viewport_px;
    float length_px = length(b_px - a_px);
    vec2 along = length_px > 1e-4 ? (b_px - a_px) / length_px : vec2(1.0, 0.0);
    float half_px = 0.5 * width_px + FEATHER_PX;
    float side = (corner & 1) == 0 ? -1.0 : 1.0;
    bool at_end = corner >= 2;
    vec4 clip = at_end ? b : a;
    vec2 offset_px = vec2(-along.y, along.x) * side * half_px + along * (at_end ? 0.25 : -0.25) * width_px;
    clip.xy += offset_px * 2.0 / u_viewport_px * clip.w;
    clip.z -= toward_eye * clip.w;
    across_px = side * half_px;
    return clip;
}

float line_coverage(float across_px, float width_px) {
    return clamp(0.5 * width_px + 0.5 - abs(across_px), 0.0, 1.0) * min(width_px, 1.0);
}
