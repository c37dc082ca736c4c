// Draws the scene of a structure with WebGL 2. Spheres and sticks are flat squares that face the viewer and are shaded
// as if they were round: few corners, and round at any size.

const light = "normalize(vec3(-0.45, 0.6, 0.75))";

const shared = `#version 300 es
precision highp float;
uniform mat3 turned;
uniform vec3 centre;
uniform vec2 scale;
uniform vec2 moved;
uniform float depth;
`;

const shading = `#version 300 es
precision highp float;
uniform vec3 ground;
uniform float depth;
out vec4 pixel;
vec3 shade(vec3 colour, vec3 normal, float height) {
  float lit = max(dot(normal, ${light}), 0.0);
  float shine = pow(max(dot(reflect(-${light}, normal), vec3(0, 0, 1)), 0.0), 24.0);
  vec3 seen = colour * (0.45 + 0.62 * lit) + 0.18 * shine;
  return mix(seen, ground, clamp(0.25 - 0.3 * height * depth, 0.0, 0.5));
}
`;

const spheres = {
  corners: `${shared}
in vec2 corner;
in vec4 place;
in vec3 colour;
in vec2 sector;
out vec2 at;
flat out vec3 tint;
flat out vec2 part;
flat out vec2 heights;
void main() {
  vec3 seen = turned * (place.xyz - centre);
  at = corner;
  tint = colour;
  part = sector;
  heights = vec2(seen.z, place.w);
  gl_Position = vec4((seen.xy + corner * place.w) * scale + moved, -seen.z * depth, 1.0);
}`,
  pixels: `${shading}
in vec2 at;
flat in vec3 tint;
flat in vec2 part;
flat in vec2 heights;
void main() {
  float square = dot(at, at);
  if (square > 1.0) discard;
  if (part.y - part.x < 0.999) {
    float turn = fract(atan(at.x, at.y) / 6.28318531 + 1.0);
    if (turn < part.x || turn >= part.y) discard;
  }
  float up = sqrt(1.0 - square);
  bool isEmpty = tint.x < 0.0;
  if (isEmpty && square < 0.78) discard;
  float height = heights.x + up * heights.y;
  gl_FragDepth = 0.5 - 0.5 * height * depth;
  vec3 seen = shade(tint, vec3(at, up), height);
  pixel = vec4(isEmpty ? -tint : seen * (1.0 - 0.45 * smoothstep(0.8, 1.0, square)), 1.0);
}`,
  parts: [["place", 4], ["colour", 3], ["sector", 2]],
};

const sticks = {
  corners: `${shared}
in vec2 corner;
in vec3 start;
in vec3 end;
in float radius;
in vec3 startColour;
in vec3 endColour;
out float along;
out float across;
flat out vec3 one;
flat out vec3 other;
flat out vec3 side;
flat out vec3 front;
out float height;
void main() {
  vec3 first = turned * (start - centre);
  vec3 last = turned * (end - centre);
  vec3 axis = normalize(last - first);
  vec2 flatSide = length(axis.xy) > 1e-4 ? normalize(vec2(-axis.y, axis.x)) : vec2(1.0, 0.0);
  side = vec3(flatSide, 0.0);
  front = cross(side, axis);
  front *= front.z < 0.0 ? -1.0 : 1.0;
  vec3 seen = mix(first, last, corner.x * 0.5 + 0.5) + side * corner.y * radius;
  along = corner.x;
  across = corner.y;
  one = startColour;
  other = endColour;
  height = seen.z + front.z * radius;
  gl_Position = vec4(seen.xy * scale + moved, -height * depth, 1.0);
}`,
  pixels: `${shading}
in float along;
in float across;
flat in vec3 one;
flat in vec3 other;
flat in vec3 side;
flat in vec3 front;
in float height;
void main() {
  vec3 normal = side * across + front * sqrt(max(0.0, 1.0 - across * across));
  pixel = vec4(shade(along < 0.0 ? one : other, normal, height), 1.0);
}`,
  parts: [["start", 3], ["end", 3], ["radius", 1], ["startColour", 3], ["endColour", 3]],
};

/** A painter on `canvas`; undefined where the browser has no WebGL 2. */
export function webglPainter(canvas) {
  const gl = canvas.getContext("webgl2", { antialias: false, alpha: false, powerPreference: "low-power" });
  if (!gl) return undefined;
  const square = gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, square);
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW);
  const layers = [layer(gl, sticks, square), layer(gl, spheres, square)];
  if (layers.includes(undefined)) return undefined;
  gl.enable(gl.DEPTH_TEST);
  return {
    /** Takes over the instances of `structure-instances.js`. */
    load(instances) {
      layers[0].load(instances.sticks);
      layers[1].load(instances.spheres);
    },
    /** Draws; `ground` is a colour of three parts from 0 to 1. */
    draw(camera, scene, ground) {
      const { width, height } = canvas;
      const { pixels, x, y } = camera.scale(width, height, scene.extent);
      gl.viewport(0, 0, width, height);
      gl.clearColor(...ground, 1);
      gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
      for (const one of layers) {
        one.draw({
          turned: camera.matrix.flat(), centre: scene.centre, scale: [(2 * pixels) / width, (2 * pixels) / height],
          moved: [(2 * x) / width - 1, 1 - (2 * y) / height], depth: 1 / (scene.extent * 1.2), ground,
        });
      }
    },
  };
}

function layer(gl, { corners, pixels, parts }, square) {
  const program = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, corners], [gl.FRAGMENT_SHADER, pixels]]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) return undefined;
  const array = gl.createVertexArray();
  const buffer = gl.createBuffer();
  const stride = 4 * parts.reduce((sum, [, size]) => sum + size, 0);
  gl.bindVertexArray(array);
  gl.bindBuffer(gl.ARRAY_BUFFER, square);
  const corner = gl.getAttribLocation(program, "corner");
  gl.enableVertexAttribArray(corner);
  gl.vertexAttribPointer(corner, 2, gl.FLOAT, false, 0, 0);
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  let offset = 0;
  for (const [name, size] of parts) {
    const place = gl.getAttribLocation(program, name);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, size, gl.FLOAT, false, stride, offset);
    gl.vertexAttribDivisor(place, 1);
    offset += 4 * size;
  }
  const uniform = (name) => gl.getUniformLocation(program, name);
  const places = Object.fromEntries(
    ["turned", "centre", "scale", "moved", "depth", "ground"].map((name) => [name, uniform(name)]));
  let count = 0;
  return {
    load(values) {
      count = (values.length * 4) / stride;
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
    },
    draw({ turned, centre, scale, moved, depth, ground }) {
      gl.useProgram(program);
      // The matrix is given row by row.
      gl.uniformMatrix3fv(places.turned, true, turned);
      gl.uniform3fv(places.centre, centre);
      gl.uniform2fv(places.scale, scale);
      gl.uniform2fv(places.moved, moved);
      gl.uniform1f(places.depth, depth);
      gl.uniform3fv(places.ground, ground);
      gl.bindVertexArray(array);
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, count);
    },
  };
}
