// From a value to a colour: along the colour map, and beyond its ends.
// in:  t_colours          colour map, 1 row
//      u_colour_span      where on the map values 0 and 1 are; 0 and 1 but for a diverging map that is centred
//      u_under_colour, u_over_colour  of values below 0 and above 1
//      u_steps            number of bands, 0 for a smooth map
uniform sampler2D t_colours;
uniform vec2 u_colour_span;
uniform vec3 u_under_colour;
uniform vec3 u_over_colour;
uniform int u_steps;

const float OFF_SCALE = 1e-4;     // rounding does not count

vec3 colour_inside(float value) {     // of a value that is not beyond the ends
    float texels = float(textureSize(t_colours, 0).x);
    float place = clamp(value, 0.0, 1.0);
    if (u_steps > 0) place = (min(floor(place * float(u_steps)), float(u_steps - 1)) + 0.5) / float(u_steps);
    place = mix(u_colour_span.x, u_colour_span.y, place);
    return texture(t_colours, vec2((place * (texels - 1.0) + 0.5) / texels, 0.5)).rgb;
}

vec3 colour_of(float value) {
    vec3 inside = colour_inside(value);
    if (value > 1.0 + OFF_SCALE) return u_over_colour;
    return value < -OFF_SCALE ? u_under_colour : inside;
}
