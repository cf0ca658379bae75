/** GLSL of the plants: growth and wind in the vertex shader, leaf light in the fragment shader. */

import { autumn } from 'looks/plants.json'
import {
  BLOSSOM_SLOWNESS,
  BORN_WITH_SEED,
  FADING,
  HEAD_SLOWNESS,
  KIND,
  NEWBORN_SIZE,
  SLOW_STEP,
  UNFOLDING,
} from './growth'

const float = (value: number): string => (Number.isInteger(value) ? `${value}.` : String(value))

/** What the instanced drawing knows of each plant. */
export const INSTANCE_PARS = /* glsl */ `
attribute vec4 aColor;
attribute vec4 iState;   // growth, bloom, wilt, arrival
attribute vec4 iAccent;  // accent sRGB, hue shift
attribute vec4 iFoliage; // foliage sRGB, habit
attribute vec4 iBeing;   // phase, vitality, focus (-1 receding, 1 lit), seed 0–1`

/** The same for the shadows, which are one draw over all forms: what moves a plant lies in a texture, three texels each. */
export const CASTER_PARS = /* glsl */ `
uniform highp sampler2D uPlants;
vec4 iState, iFoliage, iBeing;
void readPlant(int plant) {
  iState = texelFetch(uPlants, ivec2(0, plant), 0);
  iFoliage = texelFetch(uPlants, ivec2(1, plant), 0);
  iBeing = texelFetch(uPlants, ivec2(2, plant), 0);
}`

/** Attributes, uniforms and `growPlant`, for the colour and the shadow pass alike. Mirrors `growth.ts`. */
export const GROW_PARS = /* glsl */ `
attribute vec4 aPivot, aLife;
uniform float uTime, uLeafFall, uMusic;
uniform vec3 uWind;
uniform vec4 uHand;

float hash11(float n) { return fract(sin(n) * 43758.5453); }
float backOut(float x) { float y = x - 1.; return 1. + 2.2 * y * y * y + 1.2 * y * y; }
bool facesVisitor() { return aPivot.w < .005; }
bool isKind(float kind, float wanted) { return abs(kind - wanted) < .5; }

// Scale of this vertex about its pivot, and how far a bud has opened sideways.
float partScale(float growth, float kind, float slow, out float open) {
  float birth = aLife.x, death = aLife.y, scale = 1.;
  open = 1.;
  if (birth > ${float(BORN_WITH_SEED)}) {
    float progress = clamp((growth - birth) / (${float(UNFOLDING)} * (1. + slow)), 0., 1.);
    if (isKind(kind, ${float(KIND.wood)})) scale = smoothstep(0., 1., progress) * (.5 + .5 * clamp(growth * 1.1, 0., 1.));
    else scale = progress <= 0. ? 0. : backOut(progress);
    if (isKind(kind, ${float(KIND.petal)}) && slow < ${float(HEAD_SLOWNESS - 0.5)}) open = smoothstep(.02, .15, growth - birth); // a bud rises, then opens
  }
  if (death < .995) scale *= 1. - smoothstep(death - ${float(FADING)}, death, growth);
  return scale;
}

// The genome's form: slender or broad, bent its own way, every ball of the crown a little larger or smaller.
vec3 shapeOf(vec3 p) {
  float straight = step(1.5, iFoliage.w), habit = iFoliage.w - 2. * straight, turn = iBeing.w * 6.2832, h = max(p.y, 0.);
  p.xz *= mix(.86, 1.16, habit);
  p.y *= mix(1.13, .92, habit);
  vec2 bend = vec2(sin(h * 1.15 + turn) + .6 * sin(p.z * 1.6 + turn * 5.), cos(h * .95 + turn * 3.) + .6 * sin(p.x * 1.7 - turn * 4.));
  p.xz += mix(1., .12, straight) * (bend * .045 + vec2(cos(turn * 2.), sin(turn * 2.)) * .02 * h) * h;
  p.y += sin(p.x * 1.3 + turn * 7.) * .035 * h;
  return p;
}

vec3 windAt(vec3 world, float flex, float kind) {
  float phase = iBeing.x * 6.28;
  float gust = .55 + .45 * sin(dot(world.xz, uWind.xy) * .35 - uTime * 1.15);
  float sway = sin(uTime * 1.35 + phase + world.x * .3) * .6 + gust;
  float flutter = kind > .5 ? sin(uTime * 5.2 + phase * 3. + dot(aPivot, vec4(9., 5., 7., 11.))) * .25 : 0.;
  vec3 bent = vec3(uWind.x, 0., uWind.y) * (sway + flutter) * uWind.z * flex * flex * .62;
  vec2 away = world.xz - uHand.xy;
  bent.xz += away * exp(-dot(away, away)) * (.42 + .3 * sin(uTime * 4.5 + phase)) * uHand.z * flex * flex;
  bent.y = -abs(sway) * uWind.z * flex * flex * .1 + flutter * .07 * flex * uWind.z;
  return bent;
}

vec3 growPlant(vec3 position, mat4 place) {
  float growth = iState.x, packed = floor(aLife.w * 255. + .5);
  float kind = mod(packed, ${float(SLOW_STEP)}), slow = floor(packed / ${float(SLOW_STEP)}), flex = aLife.z, open;
  float scale = partScale(growth, kind, slow, open);
  vec3 offset = position - aPivot.xyz;
  bool petal = isKind(kind, ${float(KIND.petal)}), leaf = isKind(kind, ${float(KIND.leaf)});
  bool rooted = aLife.x <= ${float(BORN_WITH_SEED)};
  if (petal && !rooted) {
    offset.xz *= open;
    scale *= 1. + iState.y * .45 + uMusic * .14 * sin(uTime * 6. + iBeing.x * 20.);
  }
  if (!rooted && kind > .5) scale *= mix(.8, 1.2, hash11(dot(aPivot.xyz, vec3(3.1, 5.7, 4.3)) + iBeing.w * 71.));
  bool falls = leaf || petal && slow > ${float(BLOSSOM_SLOWNESS - 0.5)};
  if (falls) scale *= smoothstep(uLeafFall - .04, uLeafFall + .001, aPivot.w); // leaf by leaf
  vec3 p = aPivot.xyz + offset * scale;
  bool keepsSize = rooted || aLife.y < .995;
  p *= keepsSize ? 1. : mix(${float(NEWBORN_SIZE)}, 1., growth);
  mat3 turn = mat3(place);
  float size = length(turn[0]);
  if (facesVisitor()) p = (p * turn) / size; // takes back the plant's yaw
  p = shapeOf(p) * (1. + max(iBeing.z, 0.) * .03) * iState.w;
  vec3 bent = windAt((place * vec4(p, 1.)).xyz, flex, kind);
  bent.xz += normalize(cameraPosition.xz - place[3].xz) * max(iBeing.z, 0.) * uHand.w * max(p.y, 0.) * size * .05; // towards who looks
  p += (bent * turn) / (size * size);
  float droop = (iState.z + (1. - iBeing.y) * .16) * flex;
  p.y -= droop * flex * .5;
  p.xz *= 1. + droop * .12;
  return p;
}`

/** The normal of a part that faces the visitor turns with it. */
export const PLANT_NORMAL = 'if (facesVisitor()) objectNormal = normalize(objectNormal * mat3(instanceMatrix));'

/** Sets `vAlbedo`, `vKind`, `vBloom` and `vFocus` for the fragment shader. Runs inside main. */
export const PLANT_COLOR = /* glsl */ `
vec3 albedo = pow(aColor.rgb, vec3(2.2)), accent = pow(iAccent.rgb, vec3(2.2)), tint = pow(iFoliage.rgb, vec3(2.2));
float packedKind = floor(aLife.w * 255. + .5);
vKind = mod(packedKind, ${float(SLOW_STEP)});
float grain = hash11(iBeing.x * 13.7 + aPivot.w * 1.9 + dot(aPivot.xyz, vec3(1.7, .9, 2.3)) * .2);
bool petal = isKind(vKind, ${float(KIND.petal)}), leaf = isKind(vKind, ${float(KIND.leaf)});
const vec3 LUMA = vec3(.3, .6, .1);
if (petal) {
  bool blossom = packedKind > ${float(SLOW_STEP * BLOSSOM_SLOWNESS - 0.5)};
  albedo *= blossom ? mix(uBlossom, accent, uBlossomAccent) : accent;
  albedo *= .93 + .14 * grain;
} else if (leaf || isKind(vKind, ${float(KIND.evergreen)})) {
  float light = dot(albedo, LUMA);
  // The languages' green, with the light and dark of the form kept; shade keeps its own cooler green.
  vec3 green = mix(vec3(dot(tint, LUMA)), tint, 1.35) * light / max(dot(tint, LUMA), .02);
  albedo = mix(albedo, max(green, 0.), (leaf ? .62 : .42) * smoothstep(.0, .3, light + .08));
  float hue = iAccent.w;
  albedo *= vec3(1. + hue * .5, 1. + abs(hue) * .06, 1. - hue * .4);
  albedo = mix(albedo, albedo * vec3(1.12, 1.16, .78), uSpring * .55);
  if (leaf) {
    float choice = iBeing.x;
    vec3 deep = choice < ${float(autumn.red)} ? vec3(.62, .05, .03) : choice < ${float(autumn.orange)} ? vec3(.85, .22, .03) : vec3(.92, .48, .05);
    vec3 bright = choice < ${float(autumn.red)} ? vec3(.9, .2, .04) : vec3(1., .62, .1);
    albedo = mix(albedo, mix(deep, bright, grain) * (.28 + 2.3 * light), uAutumn * (.72 + .26 * grain));
  } else {
    albedo = mix(albedo, vec3(dot(albedo, vec3(.33))) * vec3(1.25, 1.1, .6), uAutumn * .35);
  }
}
float luma = dot(albedo, LUMA);
albedo = mix(albedo, luma * vec3(.9, .78, .52), iState.z * .7);
if (vKind > .5 && !isKind(vKind, ${float(KIND.fixed)})) albedo = mix(albedo, luma * vec3(1.06, 1.04, .78) + .015, (1. - iBeing.y) * .34);
albedo = mix(albedo, vec3(luma * .55 + .02), max(-iBeing.z, 0.) * .82);
vAlbedo = vec4(albedo, aColor.a);
vBloom = petal ? iState.y : 0.;
vFocus = max(iBeing.z, 0.);
vWorldNormal = normalize(mat3(instanceMatrix) * objectNormal);`

export const VARYINGS = /* glsl */ `
varying vec4 vAlbedo;
varying float vKind, vBloom, vFocus;
varying vec3 vWorldNormal;`

export const FRAGMENT_PARS = /* glsl */ `
uniform vec3 uRim;
uniform float uRimStrength, uSnow, uWet, uFlash;`

/** Snow from above, wet leaves darker, folds in shade. */
export const FRAGMENT_COLOR = /* glsl */ `
vec3 worldNormal = normalize(vWorldNormal);
float petalOrFixed = step(1.5, vKind) * step(vKind, 3.5), leafOnly = step(.5, vKind) * step(vKind, 1.5);
float snow = uSnow * smoothstep(.15, .7, worldNormal.y + (vAlbedo.a - .6) * .5) * mix(1., .42, petalOrFixed);
snow = max(snow, uSnow * .55 * leafOnly);
diffuseColor.rgb = mix(vAlbedo.rgb, vec3(.95, .97, 1.), snow) * mix(.35, 1.08, vAlbedo.a);
diffuseColor.rgb *= 1. - uWet * .22;`

/** Leaves are thin: light wraps round them and shines through from behind. */
export const LEAF_LIGHT = /* glsl */ `
varying vec3 vViewPosition;
struct LambertMaterial { vec3 diffuseColor; float specularStrength; };
const float WRAP = .35, THROUGH = .55;
void RE_Direct_Leaf(const in IncidentLight light, const in vec3 position, const in vec3 normal, const in vec3 view, const in vec3 clearcoat, const in LambertMaterial material, inout ReflectedLight reflected) {
  float leafy = step(.5, vKind) * (1. - step(2.5, vKind) * step(vKind, 3.5)), wrap = WRAP * leafy;
  float front = clamp((dot(normal, light.direction) + wrap) / (1. + wrap), 0., 1.);
  float back = pow(clamp(dot(-view, light.direction) * .5 + .5, 0., 1.), 3.) * THROUGH * leafy;
  reflected.directDiffuse += (front + back * (.35 + .65 * vAlbedo.a) * vec3(1., 1.05, .6)) * light.color * BRDF_Lambert(material.diffuseColor);
}
void RE_IndirectDiffuse_Leaf(const in vec3 irradiance, const in vec3 position, const in vec3 normal, const in vec3 view, const in vec3 clearcoat, const in LambertMaterial material, inout ReflectedLight reflected) {
  reflected.indirectDiffuse += irradiance * BRDF_Lambert(material.diffuseColor) * mix(.55, 1., vAlbedo.a);
}
#define RE_Direct RE_Direct_Leaf
#define RE_IndirectDiffuse RE_IndirectDiffuse_Leaf`

export const LEAF_EMISSION = /* glsl */ `
float fresnel = pow(1. - clamp(dot(normal, geometryViewDir), 0., 1.), 3.);
totalEmissiveRadiance += uRim * uRimStrength * fresnel * (.35 + .65 * clamp(worldNormal.y * .5 + .5, 0., 1.)) * (.25 + diffuseColor.rgb) * vAlbedo.a;
totalEmissiveRadiance += diffuseColor.rgb * (vBloom * .9 + uFlash * .5 + vFocus * .22);
totalEmissiveRadiance += vec3(1., .86, .55) * fresnel * vFocus * .35;`
