//! The C ABI: all known answers, and for every function the arguments that it must reject and the outputs that it then leaves.

use cognito_device_srp::Error;
use cognito_device_srp::capi::*;
use serde_json::Value;
use std::ffi::{CStr, CString, c_char};
use std::mem::{MaybeUninit, size_of, size_of_val};
use std::ptr::null;

#[path = "../common/mod.rs"]
mod common;

use common::{DEVICE_GROUP_KEY as GROUP, DEVICE_KEY as KEY, SECRET_BLOCK as BLOCK, unhex, vectors};

const POOL: &str = "us-east-1_AbCdEfGhI";
const SECRET: &str = "/fM6rl5TQxDbkBNAYED5RKhf8dL3JbjNf7s6GeaBb/3K8SR/TfFeAA==";
const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const TIME: &str = "Sun Nov 6 08:49:37 UTC 1994";

fn cases(file: &str) -> Vec<Value> {
    vectors(file)["cases"].as_array().unwrap().clone()
}

fn text(text: &str) -> Text {
    Text { at: text.as_ptr().cast(), len: text.len() }
}

fn device() -> Device {
    Device { device_group_key: text(GROUP), device_key: text(KEY) }
}

fn of_device(secret: &str) -> Credentials {
    Credentials {
        kind: COGNITO_DEVICE_SRP_CREDENTIALS_DEVICE,
        group: text(GROUP),
        name: text(KEY),
        secret: text(secret),
    }
}

fn of_user(password: &str) -> Credentials {
    Credentials {
        kind: COGNITO_DEVICE_SRP_CREDENTIALS_USER,
        group: text(POOL),
        name: text("alice"),
        secret: text(password),
    }
}

fn shown(array: &[c_char]) -> &str {
    // SAFETY: bytes as they are
    let bytes = unsafe { std::slice::from_raw_parts(array.as_ptr().cast::<u8>(), array.len()) };
    let text = CStr::from_bytes_until_nul(bytes).unwrap().to_str().unwrap();
    assert!(bytes[text.len()..].iter().all(|&byte| byte == 0), "filled with NUL");
    text
}

fn filled<T>(byte: u8) -> T {
    let mut value = MaybeUninit::<T>::uninit();
    // SAFETY: for structs of the ABI, of which any bytes are a value
    unsafe {
        value.as_mut_ptr().cast::<u8>().write_bytes(byte, size_of::<T>());
        value.assume_init()
    }
}

fn all_are<T>(value: &T, byte: u8) -> bool {
    // SAFETY: structs of the ABI have no padding
    let bytes =
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(value).cast::<u8>(), size_of_val(value)) };
    bytes.iter().all(|&each| each == byte)
}

/// What a call that takes nothing but valid pointers answers, and its output.
fn output<T>(call: impl FnOnce(*mut T) -> i32) -> Result<T, i32> {
    let mut value = filled(0xaa);
    match call(&mut value) {
        0 => Ok(value),
        status => {
            assert!(all_are(&value, 0), "zeros after {status}");
            Err(status)
        }
    }
}

fn derive(device: Device, secret: &str, salt: &[u8]) -> Result<Config, i32> {
    // SAFETY: every pointer is good for its length, here and in the other calls of this kind
    output(|to| unsafe { cognito_device_srp_derive(&device, &text(secret), salt.as_ptr(), salt.len(), to) })
}

fn prove(device: Device, secret: &str, config: &Config) -> i32 {
    // SAFETY: as above
    unsafe { cognito_device_srp_prove(&device, &text(secret), config) }
}

fn start_with(a: &[u8]) -> Result<StartedSignIn, i32> {
    // SAFETY: as above
    output(|to| unsafe { cognito_device_srp_sign_in_start_with(a.as_ptr(), a.len(), to) })
}

fn moment(seconds: i64) -> Result<Timestamp, i32> {
    // SAFETY: as above
    output(|to| unsafe { cognito_device_srp_timestamp_from_unix(seconds, to) })
}

fn answer(
    sign_in: &mut SignIn,
    who: Credentials,
    challenge: Challenge,
    at: &Timestamp,
) -> Result<Claim, i32> {
    // SAFETY: as above
    output(|to| unsafe { cognito_device_srp_sign_in_answer(sign_in, &who, &challenge, at, to) })
}

fn stored_of(who: Credentials, salt: &[u8]) -> Result<StoredVerifier, i32> {
    // SAFETY: as above
    output(|to| unsafe { cognito_device_srp_verifier_of_credentials(&who, salt.as_ptr(), salt.len(), to) })
}

fn challenge_with(stored: &StoredVerifier, srp_a: &str, b: &[u8]) -> Result<IssuedChallenge, i32> {
    // SAFETY: as above
    output(|to| unsafe {
        cognito_device_srp_verifier_challenge_with(stored, &text(srp_a), b.as_ptr(), b.len(), to)
    })
}

fn check(expected: &mut ExpectedClaim, who: Credentials, block: &str, time: &str, signature: &str) -> i32 {
    let claim =
        ReceivedClaim { secret_block: text(block), timestamp: text(time), signature: text(signature) };
    // SAFETY: as above
    unsafe { cognito_device_srp_verifier_check(expected, &who, &claim) }
}

fn secret_hash(client_secret: &str, username: &str, client_id: &str) -> Result<SecretHash, i32> {
    output(|to| {
        // SAFETY: as above
        unsafe { cognito_device_srp_secret_hash(&text(client_secret), &text(username), &text(client_id), to) }
    })
}

#[test]
fn derives_the_known_answers() {
    let mut outcomes = (0, 0);
    for case in cases("device_verifier") {
        let of = |name: &str| case[name].as_str().unwrap();
        let device =
            Device { device_group_key: text(of("device_group_key")), device_key: text(of("device_key")) };
        match derive(device, of("password"), &unhex(of("salt_hex"))) {
            Ok(config) => {
                outcomes.0 += 1;
                assert_eq!(
                    shown(&config.password_verifier),
                    case["config"]["PasswordVerifier"].as_str().unwrap()
                );
                assert_eq!(shown(&config.salt), case["config"]["Salt"].as_str().unwrap());
                assert_eq!(prove(device, of("password"), &config), 0);
            }
            Err(status) => {
                outcomes.1 += 1;
                assert!(case.get("refused").is_some_and(|refused| !refused.is_null()), "{status}");
            }
        }
    }
    assert_eq!((outcomes.0 + outcomes.1, outcomes.0 >= 79), (83, true));
}

/// Plays both sides of a case of device_auth.json or user_auth.json.
fn signs_in(case: &Value, who: Credentials) {
    let of = |name: &str| case[name].as_str().unwrap();
    let mut started = start_with(&unhex(of("a_hex"))).unwrap();
    assert_eq!(shown(&started.srp_a), of("A_hex"));
    let salt = case["challenge_parameters"]["SALT"].as_str().unwrap();
    let at = moment(case["epoch"].as_i64().unwrap()).unwrap();
    assert_eq!(shown(&at.text), of("timestamp"));
    let challenge =
        Challenge { srp_b: text(of("B_hex")), salt: text(salt), secret_block: text(of("secret_block")) };
    let claim = answer(&mut started.sign_in, who, challenge, &at).unwrap();
    assert_eq!((shown(&claim.signature), shown(&claim.timestamp)), (of("signature"), of("timestamp")));
    assert!(all_are(&started.sign_in, 0));
    let again = answer(&mut started.sign_in, who, challenge, &at).err();
    assert_eq!(again, Some(Error::SuspendedSignInMalformed.code()));

    let stored = stored_of(who, &unhex(of("salt_raw_hex"))).unwrap();
    assert_eq!(stored.verifier[..], unhex(&format!("{:0>768}", of("verifier_hex")))[..]);
    let mut issued = challenge_with(&stored, of("A_hex"), &unhex(of("b_hex"))).unwrap();
    assert_eq!((shown(&issued.srp_b), shown(&issued.salt)), (of("B_hex"), salt));
    let checked = check(&mut issued.expected, who, of("secret_block"), of("timestamp"), of("signature"));
    assert!(checked == 0 && all_are(&issued.expected, 0));
    if let Some(client_secret) = case["client_secret"].as_str() {
        let hash = secret_hash(client_secret, of("username"), of("client_id")).unwrap();
        assert_eq!(shown(&hash.text), of("secret_hash"));
    }
}

/// The values of a server that must be refused, each of which leaves the sign-in so that it answers the next.
fn refuses_values(name: &str, who: Credentials) {
    let StartedSignIn { mut sign_in, .. } = start_with(&[7; 32]).unwrap();
    let values = vectors(name)["invalid_server_values"].as_array().unwrap().clone();
    assert!(values.len() >= 3);
    for value in values {
        let b = text(value["B_hex"].as_str().unwrap());
        let challenge = Challenge { srp_b: b, salt: text("07"), secret_block: text(BLOCK) };
        let status = answer(&mut sign_in, who, challenge, &moment(0).unwrap()).err().unwrap();
        assert_eq!(cognito_device_srp_kind(status), COGNITO_DEVICE_SRP_KIND_PEER, "{value}");
    }
    let challenge = Challenge { srp_b: text("07"), salt: text("07"), secret_block: text(BLOCK) };
    assert!(answer(&mut sign_in, who, challenge, &moment(0).unwrap()).is_ok());
}

#[test]
fn devices_sign_in_with_the_known_answers() {
    let cases = cases("device_auth");
    assert_eq!(cases.len(), 40);
    for case in cases {
        let of = |name: &str| text(case[name].as_str().unwrap());
        let kind = COGNITO_DEVICE_SRP_CREDENTIALS_DEVICE;
        let (group, name) = (of("device_group_key"), of("device_key"));
        signs_in(&case, Credentials { kind, group, name, secret: of("password") });
    }
    refuses_values("device_auth", of_device(SECRET));
}

#[test]
fn users_sign_in_with_the_known_answers_by_password_and_by_hash() {
    let cases = cases("user_auth");
    assert_eq!(cases.len(), 37);
    for case in cases {
        let of = |name: &str| text(case[name].as_str().unwrap());
        let (group, name) = (of("pool_id"), of("user_id_for_srp"));
        let kind = COGNITO_DEVICE_SRP_CREDENTIALS_USER;
        signs_in(&case, Credentials { kind, group, name, secret: of("password") });
        let hash = unhex(case["identity_hash_hex"].as_str().unwrap());
        let secret = Text { at: hash.as_ptr().cast(), len: 32 };
        let kind = COGNITO_DEVICE_SRP_CREDENTIALS_USER_HASH;
        signs_in(&case, Credentials { kind, group, name, secret });
    }
    refuses_values("user_auth", of_user("a password"));
}

fn register(entropy: &mut [u8]) -> Result<Registration, i32> {
    // SAFETY: every pointer is good for its length
    output(|to| unsafe { cognito_device_srp_register(&device(), entropy.as_mut_ptr(), entropy.len(), to) })
}

#[test]
fn registering_proves_the_config_and_wipes_the_randomness() {
    let mut entropy: [u8; 56] = std::array::from_fn(|i| i as u8);
    let made = register(&mut entropy).unwrap();
    assert_eq!(entropy, [0; 56]);
    let secret = shown(&made.secret);
    assert_eq!(secret.len(), 56);
    assert_eq!(prove(device(), secret, &made.config), 0);
    assert_eq!(prove(device(), &secret[1..], &made.config), Error::ProofFailed.code());

    let mut salt: [u8; 16] = std::array::from_fn(|i| 40 + i as u8);
    let (at, len) = (salt.as_mut_ptr(), salt.len());
    // SAFETY: every pointer is good for its length
    let config =
        output(|to| unsafe { cognito_device_srp_register_secret(&device(), &text(secret), at, len, to) });
    let config = config.unwrap();
    assert_eq!(salt, [0; 16]);
    // the same salt as the registration drew
    assert_eq!(shown(&config.password_verifier), shown(&made.config.password_verifier));
    assert_eq!(shown(&config.salt), shown(&made.config.salt));

    let stored = output(|to| {
        // SAFETY: as above
        unsafe { cognito_device_srp_verifier_of_config(&config, to) }
    });
    let stored = stored.unwrap();
    let salt: [u8; 16] = std::array::from_fn(|i| 40 + i as u8);
    assert!(stored.verifier == stored_of(of_device(secret), &salt).unwrap().verifier);
    assert_eq!((&stored.salt[..48], &stored.salt[48..]), (&[0; 48][..], &salt[..]));

    let (mut a, mut b) = ([1u8; 32], [2u8; 32]);
    // SAFETY: as above
    let started = output(|to| unsafe { cognito_device_srp_sign_in_start(a.as_mut_ptr(), 32, to) });
    let mut started: StartedSignIn = started.unwrap();
    let srp_a = text(shown(&started.srp_a));
    let issued = output(|to| {
        // SAFETY: as above
        unsafe { cognito_device_srp_verifier_challenge(&stored, &srp_a, b.as_mut_ptr(), 32, to) }
    });
    let mut issued: IssuedChallenge = issued.unwrap();
    assert_eq!((a, b), ([0; 32], [0; 32]));
    let challenge = Challenge {
        srp_b: text(shown(&issued.srp_b)),
        salt: text(shown(&issued.salt)),
        secret_block: text(BLOCK),
    };
    let claim = answer(&mut started.sign_in, of_device(secret), challenge, &moment(0).unwrap()).unwrap();
    let (signature, time) = (shown(&claim.signature), shown(&claim.timestamp));
    // what cannot be checked leaves the challenge as it was
    let malformed = check(&mut issued.expected, of_device(secret), "k3dX8", time, signature);
    assert_eq!(malformed, Error::SecretBlockNotBase64.code());
    let mut copy = ExpectedClaim { state: issued.expected.state };
    let nothing = Text { at: c"".as_ptr(), len: 0 };
    let claimant = Credentials { secret: Text { at: null(), len: 7 }, ..of_device(secret) };
    assert_eq!(check(&mut issued.expected, claimant, BLOCK, time, signature), 0);
    // a claim that does not match was checked: the challenge is gone
    let claimant = Credentials { secret: nothing, ..claimant };
    assert_eq!(check(&mut copy, claimant, BLOCK, TIME, signature), Error::SignatureMismatch.code());
    assert!(all_are(&copy, 0));
    assert_eq!(check(&mut copy, claimant, BLOCK, time, signature), Error::SuspendedSignInMalformed.code());
}

#[test]
fn zero_randomness_is_rejected_and_not_changed() {
    let mut stuck = [0u8; 56];
    stuck[..40].fill(7);
    let before = stuck;
    assert_eq!(register(&mut stuck).err(), Some(Error::RandomnessUnavailable.code()));
    assert_eq!(stuck, before);
    for len in [0, 55, 57] {
        let mut entropy = vec![7; len];
        assert_eq!(register(&mut entropy).err(), Some(Error::ArgumentLength.code()));
        assert!(entropy.iter().all(|&byte| byte == 7));
    }
    let mut zeros = [0u8; 32];
    // SAFETY: every pointer is good for its length
    let started = output(|to| unsafe { cognito_device_srp_sign_in_start(zeros.as_mut_ptr(), 32, to) });
    assert_eq!(started.map(|_: StartedSignIn| ()), Err(Error::RandomnessUnavailable.code()));
    for (len, wanted) in [(0, false), (1, true), (31, true), (1024, true), (1025, false)] {
        let started = start_with(&vec![7; len]);
        assert_eq!(
            started.err(),
            if wanted { None } else { Some(Error::EphemeralOutOfRange.code()) },
            "{len}"
        );
    }
    assert_eq!(start_with(&[0; 32]).err(), Some(Error::EphemeralOutOfRange.code()));
}

#[test]
fn texts_end_by_length_or_by_nul() {
    let wanted = derive(device(), SECRET, &[7; 16]).unwrap();
    let owned = [GROUP, KEY, SECRET].map(|text| CString::new(text).unwrap());
    let [group, key, secret] = owned.each_ref().map(|text| Text { at: text.as_ptr(), len: usize::MAX });
    let device = Device { device_group_key: group, device_key: key };
    let call = |device: Device, secret: Text| {
        // SAFETY: every pointer is good up to its NUL, or for all that is looked at
        output(|to| unsafe { cognito_device_srp_derive(&device, &secret, [7u8; 16].as_ptr(), 16, to) })
    };
    let config = call(device, secret).unwrap();
    assert_eq!(shown(&config.password_verifier), shown(&wanted.password_verifier));
    // as long as may be, and one more
    let mut long = vec![b'g'; 131_072];
    let at = |long: &[u8]| long.as_ptr().cast::<c_char>();
    assert_eq!(
        call(device, Text { at: at(&long), len: usize::MAX }).err(),
        Some(Error::ArgumentLength.code())
    );
    assert!(call(device, Text { at: at(&long), len: 131_072 }).is_ok());
    long.push(b'g');
    assert_eq!(call(device, Text { at: at(&long), len: 131_073 }).err(), Some(Error::ArgumentLength.code()));
    let too_long = Device { device_group_key: Text { at: at(&long), len: 131_073 }, ..device };
    assert_eq!(call(too_long, secret).err(), Some(Error::DeviceGroupKeyTooLong.code()));
    let too_long = Device { device_key: Text { at: at(&long), len: 56 }, ..device };
    assert_eq!(call(too_long, secret).err(), Some(Error::DeviceKeyMalformed.code()));
    long[131_071] = 0;
    assert!(call(device, Text { at: at(&long), len: usize::MAX }).is_ok());
    // the last two have the highest bit alone, and an even number of highest bits
    for no_text in [c"\xe9", c"\x80", c"\x80\x80"] {
        let secret = Text { at: no_text.as_ptr(), len: no_text.count_bytes() };
        assert_eq!(call(device, secret).err(), Some(Error::TextNotUtf8.code()), "{no_text:?}");
    }
    assert_eq!(call(device, Text { len: 0, ..secret }).err(), Some(Error::DeviceSecretEmpty.code()));
    assert!(call(device, text("é")).is_ok());
    let salts: [(&[u8], _); 2] = [(&[], Error::SaltEmpty), (&[1; 65], Error::SaltTooLong)];
    for (salt, wanted) in salts {
        assert_eq!(derive(device, SECRET, salt).err(), Some(wanted.code()));
    }
}

#[test]
fn arrays_without_nul_are_rejected() {
    let mut config = derive(device(), SECRET, &[7; 16]).unwrap();
    let salt = config.salt;
    config.salt = [b'A' as c_char; 89];
    assert_eq!(prove(device(), SECRET, &config), Error::ArgumentLength.code());
    config.salt = salt;
    assert_eq!(prove(device(), SECRET, &config), 0);
    let StartedSignIn { mut sign_in, .. } = start_with(&[7]).unwrap();
    let challenge = Challenge { srp_b: text("07"), salt: text("07"), secret_block: text(BLOCK) };
    let time = Timestamp { text: [b' ' as c_char; 29] };
    assert_eq!(
        answer(&mut sign_in, of_device(SECRET), challenge, &time).err(),
        Some(Error::ArgumentLength.code())
    );
    let time = Timestamp { text: [0; 29] };
    let malformed = Some(Error::TimestampMalformed.code());
    assert_eq!(answer(&mut sign_in, of_device(SECRET), challenge, &time).err(), malformed);
    assert!(answer(&mut sign_in, of_device(SECRET), challenge, &moment(0).unwrap()).is_ok());
}

#[test]
fn credentials_of_an_unknown_kind_are_rejected() {
    let hash = [7u8; 33];
    let of_hash = |len| Credentials {
        kind: COGNITO_DEVICE_SRP_CREDENTIALS_USER_HASH,
        secret: Text { at: hash.as_ptr().cast(), len },
        ..of_user("")
    };
    let nobody = [0, 4, usize::MAX].map(|kind| Credentials { kind, ..of_user("password") });
    for (who, wanted) in [
        (nobody[0], Status::CredentialsKindUnknown),
        (nobody[1], Status::CredentialsKindUnknown),
        (nobody[2], Status::CredentialsKindUnknown),
        (of_hash(31), Error::ArgumentLength.into()),
        (of_hash(33), Error::ArgumentLength.into()),
        (of_hash(usize::MAX), Error::ArgumentLength.into()),
        (of_user(""), Error::PasswordEmpty.into()),
        (of_device(""), Error::DeviceSecretEmpty.into()),
        (Credentials { group: text("us-east-1"), ..of_user("p") }, Error::UserPoolIdMalformed.into()),
        (Credentials { name: text(""), ..of_user("p") }, Error::UserIdEmpty.into()),
        (Credentials { name: text("alice"), ..of_device("p") }, Error::DeviceKeyMalformed.into()),
    ] {
        assert_eq!(stored_of(who, &[7]).err(), Some(wanted.code()));
        let StartedSignIn { mut sign_in, .. } = start_with(&[7]).unwrap();
        let before = sign_in.state;
        let challenge = Challenge { srp_b: text("07"), salt: text("07"), secret_block: text(BLOCK) };
        assert_eq!(answer(&mut sign_in, who, challenge, &moment(0).unwrap()).err(), Some(wanted.code()));
        assert!(sign_in.state == before);
    }
    let mut expected = ExpectedClaim { state: [7; 416] };
    for who in nobody {
        assert_eq!(check(&mut expected, who, BLOCK, TIME, ""), Status::CredentialsKindUnknown.code());
        assert!(all_are(&expected, 7));
    }
    assert!(stored_of(of_hash(32), &[7]).is_ok());
}

#[test]
fn verifiers_and_numbers_out_of_range_are_rejected() {
    let mut stored = stored_of(of_user("p"), &[7]).unwrap();
    for (srp_a, wanted) in
        [("", Error::SrpAMalformed), ("x", Error::SrpAMalformed), ("0", Error::SrpAOutOfRange)]
    {
        assert_eq!(challenge_with(&stored, srp_a, &[7; 32]).err(), Some(wanted.code()));
    }
    assert_eq!(challenge_with(&stored, "7", &[]).err(), Some(Error::EphemeralOutOfRange.code()));
    for out_of_range in [[0; 384], [0xff; 384]] {
        stored.verifier = out_of_range;
        assert_eq!(challenge_with(&stored, "7", &[7]).err(), Some(Error::VerifierOutOfRange.code()));
    }
}

#[test]
fn times_are_read_and_written() {
    // SAFETY: every pointer is good for its length
    let http =
        |date: &str| output(|to| unsafe { cognito_device_srp_timestamp_from_http_date(&text(date), to) });
    // SAFETY: as above
    let parse = |date: &str| output(|to| unsafe { cognito_device_srp_timestamp_parse(&text(date), to) });
    assert_eq!(shown(&http(DATE).unwrap().text), TIME);
    assert_eq!(shown(&parse("SUN nov 06 08:49:37 GMT 1994").unwrap().text), TIME);
    assert_eq!(shown(&moment(784_111_777).unwrap().text), TIME);
    for refused in [http(TIME), parse(DATE), http(""), parse("")] {
        assert_eq!(refused.err(), Some(Error::TimestampMalformed.code()));
    }
    for seconds in [-1, i64::MIN, i64::MAX, 253_402_300_800] {
        assert_eq!(moment(seconds).err(), Some(Error::TimestampOutOfRange.code()));
    }
}

#[test]
fn statuses_versions_and_backends_have_texts() {
    // SAFETY: static texts
    let told = |at: *const c_char| unsafe { CStr::from_ptr(at) }.to_str().unwrap();
    assert_eq!(told(cognito_device_srp_version()), env!("CARGO_PKG_VERSION"));
    assert_eq!(told(cognito_device_srp_backend()), cognito_device_srp::backend());
    assert_eq!(told(cognito_device_srp_message(0)), "done");
    let mut known = 0;
    for code in -1..1000 {
        let kind = cognito_device_srp_kind(code);
        match Status::from_code(code) {
            Some(status) => {
                known += 1;
                assert_eq!(told(cognito_device_srp_message(code)), status.to_string());
                assert_eq!(kind, status.kind() as i32 + 1);
            }
            None => assert_eq!(kind, COGNITO_DEVICE_SRP_KIND_NONE),
        }
    }
    assert!(known >= 39);
    let version = CString::new(env!("CARGO_PKG_VERSION")).unwrap();
    // SAFETY: null or ends in NUL
    let agree = |version: *const c_char| unsafe { cognito_device_srp_check_version(version) };
    assert_eq!(agree(version.as_ptr()), 0);
    assert_eq!(agree(null()), Status::ArgumentNull.code());
    for other in [c"", c"0", c"0.1.00", c"999.0.0"] {
        assert_eq!(agree(other.as_ptr()), Status::VersionMismatch.code());
    }
}

/// Every pointer of every function as null, the others good: refused, with zeros in what can be written and the rest untouched.
#[test]
fn every_function_rejects_null() {
    let refused = Status::ArgumentNull.code();
    let (device, who) = (device(), of_device(SECRET));
    let (secret, salt) = (text(SECRET), [7u8; 16]);
    let config = derive(device, SECRET, &salt).unwrap();
    let stored = stored_of(who, &salt).unwrap();
    let challenge = Challenge { srp_b: text("07"), salt: text("07"), secret_block: text(BLOCK) };
    let claim = ReceivedClaim { secret_block: text(BLOCK), timestamp: text(TIME), signature: text("") };
    let (time, nothing) = (moment(0).unwrap(), Text { at: null(), len: 0 });
    let endless = Text { at: null(), len: usize::MAX };

    /// The good pointer, or null if it is the one of this turn.
    struct Turn(usize, usize);
    impl Turn {
        fn of<T>(&mut self, good: *const T) -> *const T {
            self.1 += 1;
            if self.0 + 1 == self.1 { null() } else { good }
        }
        fn to<T>(&mut self, good: *mut T) -> *mut T {
            self.of(good).cast_mut()
        }
    }
    /// Calls with each of `$count` pointers null, and once with none, which nothing refuses as null.
    macro_rules! each {
        ($count:literal, $output:ty, $used:literal, |$turn:ident, $used_at:ident, $to:ident| $call:expr) => {
            for number in 0..=$count {
                let mut $turn = Turn(number, 0);
                let (mut used, mut to): ([u8; $used], $output) = ([7; $used], filled(0xaa));
                let ($used_at, $to) = (used.as_mut_ptr(), &raw mut to);
                // SAFETY: null, or good for its length
                let status = unsafe { $call };
                assert_eq!($turn.1, $count);
                assert_eq!(status == refused, number < $count, "{number} of {}", stringify!($call));
                if status == refused {
                    assert!(all_are(&used, 7), "{}", stringify!($call));
                    // the last pointer is the output
                    assert!(
                        all_are(&to, if number + 1 == $count { 0xaa } else { 0 }),
                        "{}",
                        stringify!($call)
                    );
                }
            }
        };
    }
    each!(3, Registration, 56, |turn, used, to| {
        cognito_device_srp_register(turn.of(&device), turn.to(used), 56, turn.to(to))
    });
    each!(4, Config, 16, |turn, used, to| {
        cognito_device_srp_register_secret(turn.of(&device), turn.of(&secret), turn.to(used), 16, turn.to(to))
    });
    each!(4, Config, 0, |turn, _used, to| {
        cognito_device_srp_derive(turn.of(&device), turn.of(&secret), turn.of(salt.as_ptr()), 16, turn.to(to))
    });
    each!(2, StartedSignIn, 32, |turn, used, to| {
        cognito_device_srp_sign_in_start(turn.to(used), 32, turn.to(to))
    });
    each!(2, StartedSignIn, 0, |turn, _used, to| {
        cognito_device_srp_sign_in_start_with(turn.of(salt.as_ptr()), 16, turn.to(to))
    });
    each!(5, Claim, 770, |turn, used, to| {
        cognito_device_srp_sign_in_answer(
            turn.to(used.cast()),
            turn.of(&who),
            turn.of(&challenge),
            turn.of(&time),
            turn.to(to),
        )
    });
    each!(4, SecretHash, 0, |turn, _used, to| {
        cognito_device_srp_secret_hash(turn.of(&secret), turn.of(&secret), turn.of(&secret), turn.to(to))
    });
    each!(1, Timestamp, 0, |turn, _used, to| cognito_device_srp_timestamp_from_unix(0, turn.to(to)));
    each!(2, Timestamp, 0, |turn, _used, to| {
        cognito_device_srp_timestamp_from_http_date(turn.of(&secret), turn.to(to))
    });
    each!(2, Timestamp, 0, |turn, _used, to| cognito_device_srp_timestamp_parse(
        turn.of(&secret),
        turn.to(to)
    ));
    each!(2, StoredVerifier, 0, |turn, _used, to| {
        cognito_device_srp_verifier_of_config(turn.of(&config), turn.to(to))
    });
    each!(3, StoredVerifier, 0, |turn, _used, to| {
        cognito_device_srp_verifier_of_credentials(turn.of(&who), turn.of(salt.as_ptr()), 16, turn.to(to))
    });
    each!(4, IssuedChallenge, 32, |turn, used, to| {
        cognito_device_srp_verifier_challenge(
            turn.of(&stored),
            turn.of(&secret),
            turn.to(used),
            32,
            turn.to(to),
        )
    });
    each!(4, IssuedChallenge, 0, |turn, _used, to| {
        cognito_device_srp_verifier_challenge_with(
            turn.of(&stored),
            turn.of(&secret),
            turn.of(salt.as_ptr()),
            16,
            turn.to(to),
        )
    });
    // without an output
    for number in 0..3 {
        let mut turn = Turn(number, 0);
        // SAFETY: null, or good for its length
        let proved =
            unsafe { cognito_device_srp_prove(turn.of(&device), turn.of(&secret), turn.of(&config)) };
        let (mut turn, mut expected) = (Turn(number, 0), ExpectedClaim { state: [7; 416] });
        // SAFETY: as above
        let checked = unsafe {
            cognito_device_srp_verifier_check(turn.to(&mut expected), turn.of(&who), turn.of(&claim))
        };
        assert_eq!((proved, checked), (refused, refused));
        assert!(all_are(&expected, 7));
    }
    // within structs
    for null in [nothing, endless] {
        for device in [Device { device_group_key: null, ..device }, Device { device_key: null, ..device }] {
            assert_eq!(derive(device, SECRET, &salt).err(), Some(refused));
        }
        let StartedSignIn { mut sign_in, .. } = start_with(&[7]).unwrap();
        for challenge in [
            Challenge { srp_b: null, ..challenge },
            Challenge { salt: null, ..challenge },
            Challenge { secret_block: null, ..challenge },
        ] {
            assert_eq!(answer(&mut sign_in, who, challenge, &time).err(), Some(refused));
        }
        for who in [
            Credentials { group: null, ..who },
            Credentials { name: null, ..who },
            Credentials { secret: null, ..who },
        ] {
            assert_eq!(stored_of(who, &salt).err(), Some(refused));
        }
        let mut expected = ExpectedClaim { state: [7; 416] };
        for claim in [
            ReceivedClaim { secret_block: null, ..claim },
            ReceivedClaim { timestamp: null, ..claim },
            ReceivedClaim { signature: null, ..claim },
        ] {
            // SAFETY: null, or good for its length
            let status = unsafe { cognito_device_srp_verifier_check(&mut expected, &who, &claim) };
            assert_eq!(status, refused);
        }
        assert!(all_are(&expected, 7));
    }
}

#[test]
fn written_memory_must_not_overlap_other_arguments() {
    let refused = Status::ArgumentsOverlap.code();
    let (device, secret, salt) = (device(), text(SECRET), [7u8; 16]);
    let mut room = [0xaau8; 4096];
    let base = room.as_mut_ptr();
    // SAFETY: within `room`, or good for their length; what overlaps is refused
    unsafe {
        // an output upon a text, upon the struct that names it, and upon the salt
        base.copy_from(SECRET.as_ptr(), SECRET.len());
        let within = Text { at: base.cast(), len: SECRET.len() };
        let to = base.add(SECRET.len() - 1).cast();
        assert_eq!(cognito_device_srp_derive(&device, &within, salt.as_ptr(), 16, to), refused);
        let nul = base.add(100).cast::<Text>();
        nul.write_unaligned(secret);
        assert_eq!(cognito_device_srp_derive(&device, nul, salt.as_ptr(), 16, nul.cast()), refused);
        assert_eq!(nul.read_unaligned().at, secret.at);
        assert_eq!(
            cognito_device_srp_derive(&device, &secret, base.add(700), 16, base.add(700 - 605).cast()),
            refused
        );
        assert!(SECRET.as_bytes() == std::slice::from_raw_parts(base, SECRET.len()));
        // directly after or before each other they are fine, at any alignment
        assert_eq!(cognito_device_srp_derive(&device, nul, base.add(201), 16, base.add(201 + 16).cast()), 0);
        let before = base.add(2001 - size_of::<Config>()).cast();
        assert_eq!(cognito_device_srp_derive(&device, &secret, base.add(2001), 16, before), 0);
        // an output that shares no memory is zeroed if another argument is null
        assert!(!all_are(&*before, 0));
        let null = cognito_device_srp_derive(&device, &secret, std::ptr::null(), 16, before);
        assert_eq!((null, all_are(&*before, 0)), (Status::ArgumentNull.code(), true));
        // randomness upon the output, and upon an input
        base.write_bytes(7, 4096);
        assert_eq!(cognito_device_srp_sign_in_start(base, 32, base.add(31).cast()), refused);
        let within = Text { at: base.add(10).cast(), len: 8 };
        let to = base.add(100).cast();
        assert_eq!(cognito_device_srp_register_secret(&device, &within, base, 16, to), refused);
        assert!(all_are(&*base.cast::<[u8; 100]>(), 7) && all_are(&*to, 0));
        // a sign-in upon its claim
        let challenge = Challenge { srp_b: text("07"), salt: text("07"), secret_block: text(BLOCK) };
        let (who, time) = (of_device(SECRET), moment(0).unwrap());
        base.write_bytes(7, 4096);
        let claim = base.add(769).cast();
        assert_eq!(cognito_device_srp_sign_in_answer(base.cast(), &who, &challenge, &time, claim), refused);
        assert!(room.iter().all(|&byte| byte == 7));
    }
}

#[test]
fn lengths_beyond_the_address_space_are_rejected() {
    let mut to = filled::<Config>(0xaa);
    for len in [usize::MAX - 1, isize::MAX as usize + 1, isize::MAX as usize, 131_073] {
        let secret = Text { at: SECRET.as_ptr().cast(), len };
        // SAFETY: refused unread
        let status = unsafe { cognito_device_srp_derive(&device(), &secret, [7u8].as_ptr(), 1, &mut to) };
        assert_eq!(status, Error::ArgumentLength.code());
        assert!(all_are(&to, 0));
        // SAFETY: as above
        let status =
            unsafe { cognito_device_srp_derive(&device(), &text(SECRET), [7u8].as_ptr(), len, &mut to) };
        assert!([Error::ArgumentLength.code(), Error::SaltTooLong.code()].contains(&status));
    }
    // a text that claims to reach over the output, which is right behind it
    #[repr(C)]
    struct Neighbours([u8; 8], Config);
    for len in [usize::MAX - 1, isize::MAX as usize, 131_073] {
        let mut room = Neighbours(*b"a secret", filled(0xaa));
        let secret = Text { at: room.0.as_ptr().cast(), len };
        // SAFETY: as above
        let status = unsafe { cognito_device_srp_derive(&device(), &secret, [7u8].as_ptr(), 1, &mut room.1) };
        assert_eq!((status, room.0), (Error::ArgumentLength.code(), *b"a secret"));
        assert!(all_are(&room.1, 0));
    }
    // a struct, and an output, that would leave memory
    let beyond = usize::MAX - 7;
    // SAFETY: as above
    let status = unsafe {
        cognito_device_srp_derive(
            std::ptr::without_provenance(beyond),
            &text(SECRET),
            [7u8].as_ptr(),
            1,
            &mut to,
        )
    };
    assert_eq!(status, Status::ArgumentNull.code());
    // SAFETY: as above
    let status = unsafe {
        let to = std::ptr::without_provenance_mut(beyond);
        cognito_device_srp_derive(&device(), &text(SECRET), [7u8].as_ptr(), 1, to)
    };
    assert_eq!(status, Error::ArgumentLength.code());
}
