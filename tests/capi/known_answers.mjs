// Every known answer on WebAssembly: node known_answers.mjs MODULE
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { Devices, Refused } from "../../examples/node/register.mjs";

const path = process.argv[2];
assert.deepEqual(WebAssembly.Module.imports(await WebAssembly.compile(await readFile(path))), []);
const devices = await Devices.load(path);
const cases = async (name) => JSON.parse(await readFile(new URL(`../../vectors/${name}`, import.meta.url))).cases;

// The bytes of hexadecimal digits, as many as asked for at least.
function number(digits, least) {
  const padded = digits.padStart(Math.max(2 * least, digits.length + (digits.length % 2)), "0");
  return new Uint8Array(Buffer.from(padded, "hex"));
}

let [derived, refused, signed] = [0, 0, 0];
for (const each of await cases("device_verifier.json")) {
  const device = [each.device_group_key, each.device_key];
  let got;
  try {
    got = devices.derive(...device, each.password, number(each.salt_hex, 0));
  } catch (error) {
    assert(error instanceof Refused && each.refused, each.name);
    refused += 1;
    continue;
  }
  assert.deepEqual(got, { verifier: each.config.PasswordVerifier, salt: each.config.Salt }, each.name);
  devices.prove(...device, each.password, got.verifier, got.salt);
  derived += 1;
}
assert(derived >= 79);

for (const each of await cases("device_auth.json")) {
  const { state, srpA } = devices.signInStart(number(each.a_hex, 32));
  assert.equal(srpA, each.A_hex.replace(/^0+/, ""), each.name);
  const device = [each.device_group_key, each.device_key, each.password];
  const answer = () => devices.signInAnswer(state, ...device, each.B_hex, each.salt_raw_hex, each.secret_block, BigInt(each.epoch));
  assert.deepEqual(answer(), { signature: each.signature, timestamp: each.timestamp }, each.name);
  assert.throws(answer, (error) => error instanceof Refused && error.status === 105);
  signed += 1;
}
assert(signed >= 40);

console.log(`${derived} derived, ${refused} refused, ${signed} signed in`);
console.log("all as recorded");
