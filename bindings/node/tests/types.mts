// Compiles: each name, as an ES module's.
import * as SRP from 'cognito-device-srp';
import { AuthContext, DeviceKeyForTests, Registration, RememberedDevice, SignIn, SrpError, StoredVerifier, derive, diagnose, init, prove, secretHash, timestamp } from 'cognito-device-srp';
import type { Challenge, PasswordClaim, Verifier } from 'cognito-device-srp';

export async function all(bytes: Uint8Array): Promise<string> {
  await init();
  const device = { deviceGroupKey: 'group', deviceKey: 'a_0' };
  const registration: Verifier & Registration = Registration.generate(device);
  const { passwordVerifier, salt } = derive({ ...device, deviceSecret: registration.exposeSecret(), salt: bytes });
  prove({ ...device, deviceSecret: 'secret', passwordVerifier, salt });
  const remembered: RememberedDevice = RememberedDevice.fromJson(registration.remember().exposeJson());
  Registration.generate('group', new DeviceKeyForTests('any')).deviceKey.length;
  const explained: string | undefined = diagnose(new Error('Device does not exist.'))?.advice;
  const challenge: Challenge = { srpB: '1f', salt: '1f', secretBlock: 'k3dX', timestamp: new Date() };
  const claim: PasswordClaim = remembered.answer(SignIn.resume(new SignIn({ a: bytes }).suspend()), challenge);
  const user = { userPoolId: 'a_b', userIdForSrp: 'alice' };
  new SignIn(bytes).answerUser({ ...user, password: 'password', ...challenge });
  StoredVerifier.forUser({ ...user, password: 'password' }).challenge('1f').checkUser({ ...user, secretBlock: 'k3dX', ...claim });
  const context = new AuthContext({ clientId: 'id', username: 'alice', device: remembered });
  const error: Error = new SrpError(3);
  const { code, kind }: { code: number; kind: 'input' | 'peer' | 'randomness' | 'rejected' } = new SRP.Error(3);
  return [secretHash('a', 'b', 'c'), timestamp(0n), context.userAuth({ challenge: 'EMAIL_OTP' }).USERNAME, error.message, explained, code, kind].join();
}
