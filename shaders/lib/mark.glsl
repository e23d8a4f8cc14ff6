// The shapes of marks as signed distances; a light rim inside a dark one keeps them legible on any ground.

float triangle(vec2 p, float radius) {         // equilateral, pointing up, circumradius as given
    p.x = abs(p.x);
    return max(dot(p, vec2(0.8660254, 0.5)), -p.y) - 0.5 * radius;
}

// shape: 0 triangle down, 1 diamond, 2 triangle up, 3 disc, 4 ring
float mark_distance_px(int shape, vec2 p, float radius) {
    if (shape == 0) return triangle(vec2(p.x, -p.y), radius);
    if (shape == 1) return (abs(p.x) + abs(p.y) - radius) * 0.7071068;
    if (shape == 2) return triangle(p, radius);
    if (shape == 4) return abs(length(p) - 0.72 * radius) - 0.28 * radius;
    return length(p) - radius;
}

vec4 mark_colour(int shape, vec2 p, float radius, vec3 face) {
    float d = mark_distance_px(shape, p, radius);
    float rim_px = shape == 4 ? 0.07 * radius : clamp(0.11 * radius, 0.7, 1.8);
    face *= 0.86 + 0.22 * clamp(p.y / radius, -1.0, 1.0);
    vec3 inner = mix(face, vec3(1.0), smoothstep(-2.0 * rim_px - 0.5, -2.0 * rim_px + 0.5, d));
    vec3 rgb = mix(inner, vec3(0.05), smoothstep(-rim_px - 0.5, -rim_px + 0.5, d));
    return vec4(rgb, 1.0 - smoothstep(-0.5, 0.5, d));
}
