// The shapes of marks as signed distances; a light rim inside a dark one keeps them legible on any ground.

float triangle(vec2 p, float radius) {         // equilateral, pointing up, circumradius as given
    p.x = abs(p.x);
    return max(dot(p, vec2(0.8660254, 0.5)), -p.y) - 0.5 * radius;
}

// sign: 1 dot, 2 ring, 3 cross, in the middle of a mark
float sign_distance_px(int sign, vec2 p, float radius) {
    if (sign == 1) return length(p) - 0.2 * radius;
    if (sign == 2) return abs(length(p) - 0.23 * radius) - max(0.06 * radius, 0.55);
    vec2 turned = abs(vec2(p.x + p.y, p.x - p.y)) * 0.7071068;
    return max(max(turned.x, turned.y) - 0.38 * radius, min(turned.x, turned.y) - max(0.06 * radius, 0.55));
}

float arrow(vec2 p, float radius) {            // to the right
    p = vec2(p.x, abs(p.y)) / radius;
    float head = max((p.x * 0.62 + p.y - 0.62) * 0.8499, -p.x);
    float shaft = max(abs(p.x + 0.45) - 0.55, p.y - 0.26);
    return radius * min(head, shaft);
}

// shape: 0 triangle down, 1 diamond, 2 triangle up, 3 disc, 4 ring, 5 thin ring, 6 arrow
float mark_distance_px(int shape, vec2 p, float radius) {
    if (shape == 0) return triangle(vec2(p.x, -p.y), radius);
    if (shape == 1) return (abs(p.x) + abs(p.y) - radius) * 0.7071068;
    if (shape == 2) return triangle(p, radius);
    if (shape == 4) return abs(length(p) - 0.72 * radius) - 0.28 * radius;
    if (shape == 6) return arrow(p, radius);
    if (shape == 5) return abs(length(p) - 0.83 * radius) - 0.17 * radius;
    return length(p) - radius;
}

vec4 mark_colour(int number, vec2 p, float radius, vec3 face) {
    int shape = number % 8, sign = number / 8;
    float d = mark_distance_px(shape, p, radius);
    float rim_px = shape == 4 ? 0.07 * radius : shape == 5 ? 0.03 * radius : clamp(0.11 * radius, 0.7, 1.8);
    face *= 0.86 + 0.22 * clamp(p.y / radius, -1.0, 1.0);
    vec3 inner = mix(face, vec3(1.0), smoothstep(-2.0 * rim_px - 0.5, -2.0 * rim_px + 0.5, d));
    vec3 rgb = mix(inner, vec3(0.05), smoothstep(-rim_px - 0.5, -rim_px + 0.5, d));
    if (sign > 0) {
        float s = sign_distance_px(sign, p, radius);
        rgb = mix(rgb, vec3(0.05), 1.0 - smoothstep(-0.5, 0.5, s));
    }
    return vec4(rgb, 1.0 - smoothstep(-0.5, 0.5, d));
}
