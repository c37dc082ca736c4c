// Draws the scene of a structure with WebGL 2. Spheres and sticks are flat triangles that face the viewer and are shaded
// as if they were round: few corners, and round at any size.
//
// All is made for drawing without a graphics card, too. There, each instance of an instanced drawing costs as much as a
// drawing of its own, so the values of a thing are repeated for each of its corners instead; triangles cost more than
// the pixels that they cover, so a sphere is one, which holds the circle, and a stick is one, of which half is its rectangle.
// What does not change across a stick is worked out at its corners.

const shared = `#version 300 es
precision highp float;
uniform mat3 turned;
uniform vec3 centre;
uniform vec2 scale;
uniform vec2 moved;
uniform float depth;
float haze(float height) {
  return clamp(0.25 - 0.3 * height * depth, 0.0, 0.5);
}
`;

const lights = `
const vec3 light = vec3(-0.4237, 0.5649, 0.7062);
const vec3 half_way = vec3(-0.2293, 0.3057, 0.9241);
`;

// What is seen of a colour where the normal has these cosines to the light, and to the middle between light and eye.
const shading = `#version 300 es
precision highp float;
uniform vec3 ground;
uniform float depth;
out vec4 pixel;
vec3 shade(vec3 colour, float toLight, float toMiddle, float haze) {
  float lit = max(toLight, 0.0);
  float shine = max(toMiddle, 0.0);
  shine *= shine;
  shine *= shine;
  shine *= shine;
  shine *= shine;
  shine *= shine;
  return mix(colour * (0.45 + 0.62 * lit) + 0.18 * shine, ground, haze);
}
`;

const spheres = {
  corners: `${shared}
in vec4 place;
in vec3 colour;
in vec2 sector;
out vec2 at;
flat out vec3 tint;
flat out vec2 part;
flat out vec3 heights;
const vec2 triangle[3] = vec2[](vec2(0, 2), vec2(-1.7320508, -1), vec2(1.7320508, -1));
void main() {
  vec2 corner = triangle[gl_VertexID % 3];
  vec3 seen = turned * (place.xyz - centre);
  at = corner;
  tint = colour;
  part = sector;
  heights = vec3(seen.z, place.w, haze(seen.z));
  gl_Position = vec4((seen.xy + corner * place.w) * scale + moved, -seen.z * depth, 1.0);
}`,
  pixels: `${shading}
${lights}
in vec2 at;
flat in vec3 tint;
flat in vec2 part;
flat in vec3 heights;
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
  vec3 normal = vec3(at, up);
  vec3 seen = shade(tint, dot(normal, light), dot(normal, half_way), heights.z);
  pixel = vec4(isEmpty ? -tint : seen * (1.0 - 0.45 * max(0.0, 5.0 * square - 4.0)), 1.0);
}`,
  count: 3,
  parts: [["place", 4], ["colour", 3], ["sector", 2]],
};

const sticks = {
  corners: `${shared}
${lights}
in vec3 start;
in vec3 end;
in float radius;
in vec3 startColour;
in vec3 endColour;
out vec2 at;
flat out vec3 one;
flat out vec3 other;
flat out vec4 facing;
out float veil;
const vec2 triangle[3] = vec2[](vec2(-1, -1), vec2(3, -1), vec2(-1, 3));
void main() {
  at = triangle[gl_VertexID % 3];
  vec3 first = turned * (start - centre);
  vec3 last = turned * (end - centre);
  vec3 axis = normalize(last - first);
  vec2 flatSide = length(axis.xy) > 1e-4 ? normalize(vec2(-axis.y, axis.x)) : vec2(1.0, 0.0);
  vec3 side = vec3(flatSide, 0.0);
  vec3 front = cross(side, axis);
  front *= front.z < 0.0 ? -1.0 : 1.0;
  vec3 seen = mix(first, last, at.x * 0.5 + 0.5) + side * at.y * radius;
  one = startColour;
  other = endColour;
  facing = vec4(dot(side, light), dot(front, light), dot(side, half_way), dot(front, half_way));
  float height = seen.z + front.z * radius;
  veil = haze(height);
  gl_Position = vec4(seen.xy * scale + moved, -height * depth, 1.0);
}`,
  pixels: `${shading}
in vec2 at;
flat in vec3 one;
flat in vec3 other;
flat in vec4 facing;
in float veil;
void main() {
  if (max(at.x, at.y) > 1.0) discard;
  vec2 round = vec2(at.y, sqrt(max(0.0, 1.0 - at.y * at.y)));
  pixel = vec4(shade(at.x < 0.0 ? one : other, dot(round, facing.xy), dot(round, facing.zw), veil), 1.0);
}`,
  count: 3,
  parts: [["start", 3], ["end", 3], ["radius", 1], ["startColour", 3], ["endColour", 3]],
};

/** A painter on `canvas`; undefined where the browser has no WebGL 2. */
export function webglPainter(canvas) {
  const gl = canvas.getContext("webgl2", { antialias: false, alpha: false, powerPreference: "low-power" });
  if (!gl) return undefined;
  const layers = [layer(gl, sticks), layer(gl, spheres)];
  if (layers.includes(undefined)) return undefined;
  gl.enable(gl.DEPTH_TEST);
  return {
    /** Takes over the instances of `structure-instances.js`. */
    load(instances) {
      layers[0].load(instances.sticks);
      layers[1].load(instances.spheres);
    },
    /** Resolves when all is drawn that was asked for. */
    async finished() {
      const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
      gl.flush();
      while (gl.clientWaitSync(fence, 0, 0) === gl.TIMEOUT_EXPIRED) await new Promise((next) => setTimeout(next, 4));
      gl.deleteSync(fence);
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

// One kind of things: `count` corners each, whose values are `parts`, `[name, how many numbers]`.
function layer(gl, { corners, pixels, count, parts }) {
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
  const size = parts.reduce((sum, [, numbers]) => sum + numbers, 0);
  gl.bindVertexArray(array);
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  let offset = 0;
  for (const [name, numbers] of parts) {
    const place = gl.getAttribLocation(program, name);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, numbers, gl.FLOAT, false, 4 * size, 4 * offset);
    offset += numbers;
  }
  const places = Object.fromEntries(
    ["turned", "centre", "scale", "moved", "depth", "ground"].map((name) => [name, gl.getUniformLocation(program, name)]));
  let total = 0;
  return {
    load(values) {
      const repeated = new Float32Array(values.length * count);
      for (let first = 0; first < values.length; first += size) {
        const one = values.subarray(first, first + size);
        for (let corner = 0; corner < count; corner += 1) repeated.set(one, first * count + corner * size);
      }
      total = repeated.length / size;
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.bufferData(gl.ARRAY_BUFFER, repeated, gl.STATIC_DRAW);
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
      gl.drawArrays(gl.TRIANGLES, 0, total);
    },
  };
}
