// Every known answer on WebAssembly: node known_answers.mjs MODULE [BACKEND]. Without vectors the backend is limb32.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { Devices, Refused, credentials } from "../../examples/node/register.mjs";

const [, , path, backend = "limb32"] = process.argv;
assert.deepEqual(WebAssembly.Module.imports(await WebAssembly.compile(await readFile(path))), []);
const devices = await Devices.load(path);
const { memory, cognito_device_srp_backend: name } = devices.library;
assert(Buffer.from(memory.buffer).subarray(name()).toString("latin1", 0, backend.length + 1) === `${backend}\0`);
const vectors = async (name) => JSON.parse(await readFile(new URL(`../../vectors/${name}`, import.meta.url)));

// The bytes of hexadecimal digits.
const number = (digits) => new Uint8Array(Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex"));

function refused(status, call) {
  assert.throws(call, (error) => error instanceof Refused && (status === undefined || error.status === status));
}

let [derived, notDerived] = [0, 0];
for (const each of (await vectors("device_verifier.json")).cases) {
  const given = [each.device_group_key, each.device_key, each.password];
  if (each.refused) {
    refused(undefined, () => devices.derive(...given, number(each.salt_hex)));
    notDerived += 1;
    continue;
  }
  const got = devices.derive(...given, number(each.salt_hex));
  assert.deepEqual(got, { verifier: each.config.PasswordVerifier, salt: each.config.Salt }, each.name);
  devices.prove(...given, got.verifier, got.salt);
  derived += 1;
}
assert.deepEqual([derived, notDerived], [79, 4]);

// Both sides of a case.
function signIn(each, who) {
  const { state, srpA } = devices.signInStart(number(each.a_hex));
  assert.equal(srpA, each.A_hex, each.name);
  const challenge = { srpB: each.B_hex, salt: each.challenge_parameters.SALT, secretBlock: each.secret_block };
  const answer = () => devices.signInAnswer(state, who, challenge, each.epoch);
  assert.deepEqual(answer(), { signature: each.signature, timestamp: each.timestamp }, each.name);
  assert(state.every((byte) => byte === 0));
  refused(105, answer);
  const stored = devices.verifierOfCredentials(who, number(each.salt_raw_hex));
  assert.deepEqual(stored.slice(0, 384), number(each.verifier_hex.padStart(768, "0")), each.name);
  const { srpB, salt, expected } = devices.challenge(stored, each.A_hex, number(each.b_hex));
  assert.deepEqual({ srpB, salt }, { srpB: challenge.srpB, salt: challenge.salt }, each.name);
  const check = () => devices.check(expected, who, { ...each, secretBlock: each.secret_block });
  check();
  refused(105, check);
  if (each.client_secret !== null) {
    assert.equal(devices.secretHash(each.client_secret, each.username, each.client_id), each.secret_hash, each.name);
  }
}

// Every case with each of its credentials, then every value of a server that is to be refused, on one sign-in.
async function signIns(name, of) {
  const { cases, invalid_server_values: values } = await vectors(name);
  let who;
  for (const each of cases) {
    for (who of of(each)) signIn(each, who);
  }
  const { state } = devices.signInStart(new Uint8Array([7]));
  const answer = (srpB) => devices.signInAnswer(state, who, { srpB, salt: "07", secretBlock: "AAAA" }, 0);
  for (const { B_hex: srpB } of values) refused(undefined, () => answer(srpB));
  answer("07");
  return [cases.length, values.length];
}

const ofDevice = (each) => [credentials("device", each.device_group_key, each.device_key, each.password)];
const ofUser = (each) => [
  credentials("user", each.pool_id, each.user_id_for_srp, each.password),
  credentials("userHash", each.pool_id, each.user_id_for_srp, number(each.identity_hash_hex)),
];
assert.deepEqual(await signIns("device_auth.json", ofDevice), [40, 10]);
assert.deepEqual(await signIns("user_auth.json", ofUser), [37, 10]);
assert(devices.memory().every((byte) => byte === 0));

console.log(`${derived} derived, ${notDerived} refused, 40 devices and 37 users signed in`);
console.log("all as recorded");
