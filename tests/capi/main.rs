//! The C ABI: known answers of a sign-in and of derivation, and what it must refuse.

use cognito_device_srp::Error;
use cognito_device_srp::capi::*;
use serde_json::Value;
use std::ffi::{CStr, c_char};
use std::ptr::null;

#[path = "../common/mod.rs"]
mod common;

use common::{DEVICE_GROUP_KEY, DEVICE_KEY, unhex, vectors};

fn cases(file: &str) -> Vec<Value> {
    vectors(file)["cases"].as_array().unwrap().clone()
}

fn at(text: &str) -> (*const c_char, usize) {
    (text.as_ptr().cast(), text.len())
}

fn shown(buffer: &[u8]) -> &str {
    CStr::from_bytes_until_nul(buffer).unwrap().to_str().unwrap()
}

fn derive(group: &str, key: &str, secret: &str, salt: &[u8]) -> (i32, [u8; 517], [u8; 89]) {
    let (mut verifier, mut text) = ([0xaa; 517], [0xaa; 89]);
    let ((g, gl), (k, kl), (s, sl)) = (at(group), at(key), at(secret));
    let (v, t) = (verifier.as_mut_ptr().cast(), text.as_mut_ptr().cast());
    // SAFETY: every pointer is good for its length
    let status =
        unsafe { cognito_device_srp_derive(g, gl, k, kl, s, sl, salt.as_ptr(), salt.len(), v, 517, t, 89) };
    (status, verifier, text)
}

#[test]
fn derives_the_known_answers() {
    let mut derived = 0;
    for case in cases("device_verifier") {
        let text = |name: &str| case[name].as_str().unwrap();
        let salt = unhex(text("salt_hex"));
        let (status, verifier, salt) =
            derive(text("device_group_key"), text("device_key"), text("password"), &salt);
        if status == 0 {
            derived += 1;
            assert_eq!(shown(&verifier), case["config"]["PasswordVerifier"].as_str().unwrap());
            assert_eq!(shown(&salt), case["config"]["Salt"].as_str().unwrap());
        } else {
            assert!(case.get("refused").is_some_and(|refused| *refused != Value::Bool(false)), "{status}");
            assert!(verifier == [0; 517] && salt == [0; 89]);
        }
    }
    assert!(derived >= 79);
}

#[test]
fn registers_proves_and_wipes() {
    let mut entropy: [u8; 56] = std::array::from_fn(|i| i as u8);
    let (mut secret, mut verifier, mut salt) = ([1u8; 57], [1u8; 517], [1u8; 89]);
    let ((g, gl), (k, kl)) = (at(DEVICE_GROUP_KEY), at(DEVICE_KEY));
    let (s, v, t) = (secret.as_mut_ptr().cast(), verifier.as_mut_ptr().cast(), salt.as_mut_ptr().cast());
    // SAFETY: every pointer is good for its length
    let status = unsafe {
        cognito_device_srp_from_entropy(g, gl, k, kl, entropy.as_mut_ptr(), 56, s, 57, v, 517, t, 89)
    };
    assert_eq!((status, entropy), (0, [0; 56]));
    let ((s, sl), (v, vl), (t, tl)) = (at(shown(&secret)), at(shown(&verifier)), at(shown(&salt)));
    // SAFETY: every pointer is good for its length
    assert_eq!(unsafe { cognito_device_srp_prove(g, gl, k, kl, s, sl, v, vl, t, tl) }, 0);
    // SAFETY: as above
    let other = unsafe { cognito_device_srp_prove(g, gl, k, kl, s, sl - 1, v, vl, t, tl) };
    assert_eq!(other, Error::ProofFailed.code());
}

#[test]
fn refuses_null_length_and_overlap_and_leaves_zeros() {
    let ((g, gl), (k, kl), (s, sl)) = (at(DEVICE_GROUP_KEY), at(DEVICE_KEY), at("secret"));
    let salt = [1u8; 16];
    for (secret, length, size, shift, wanted) in [
        (null(), sl, 517, 600, Status::ArgumentNull),
        (s, usize::MAX, 517, 600, Status::ArgumentLength),
        (s, 131_073, 517, 600, Status::ArgumentLength),
        (s, 0, 517, 600, Status::Error(Error::DeviceSecretEmpty)),
        (s, sl, 516, 600, Status::ArgumentLength),
        (s, sl, 518, 600, Status::ArgumentLength),
        (s, sl, 517, 516, Status::ArgumentsOverlap),
    ] {
        let mut room = [0xaau8; 800];
        let (v, t) = (room.as_mut_ptr().cast(), room[shift..].as_mut_ptr().cast());
        // SAFETY: what is not good for its length is refused unread
        let status = unsafe {
            cognito_device_srp_derive(g, gl, k, kl, secret, length, salt.as_ptr(), 16, v, size, t, 89)
        };
        assert_eq!(status, wanted.code());
        assert!(room[..516].iter().chain(&room[shift..shift + 89]).all(|&byte| byte == 0));
        // SAFETY: a static text
        let message = unsafe { CStr::from_ptr(cognito_device_srp_message(status)) };
        assert_eq!(message.to_str().unwrap(), wanted.to_string());
    }
}

#[test]
fn signs_in_with_the_known_answers_once() {
    for case in cases("device_auth") {
        let text = |name: &str| case[name].as_str().unwrap();
        let drawn = unhex(text("a_hex"));
        // a number of fewer bytes is the same with zeros in front
        let mut a = [vec![0; 32usize.saturating_sub(drawn.len())], drawn].concat();
        let (mut state, mut srp_a) = ([0u8; 770], [0u8; 769]);
        let (st, out) = (state.as_mut_ptr(), srp_a.as_mut_ptr().cast());
        // SAFETY: every pointer is good for its length
        let status = unsafe { cognito_device_srp_sign_in_start(a.as_mut_ptr(), a.len(), st, 770, out, 769) };
        assert_eq!(status, 0);
        assert!(a.iter().all(|&byte| byte == 0));
        assert_eq!(shown(&srp_a), text("A_hex").trim_start_matches('0'));
        let ((g, gl), (k, kl)) = (at(text("device_group_key")), at(text("device_key")));
        let ((p, pl), (b, bl), (s, sl)) = (at(text("password")), at(text("B_hex")), at(text("salt_raw_hex")));
        let (c, cl) = at(text("secret_block"));
        let epoch = case["epoch"].as_u64().unwrap();
        for wanted in [0, Error::SuspendedSignInMalformed.code()] {
            let (mut signature, mut time) = ([1u8; 45], [1u8; 29]);
            let (o, w) = (signature.as_mut_ptr().cast(), time.as_mut_ptr().cast());
            // SAFETY: every pointer is good for its length
            let status = unsafe {
                cognito_device_srp_sign_in_answer(
                    state.as_mut_ptr(),
                    770,
                    g,
                    gl,
                    k,
                    kl,
                    p,
                    pl,
                    b,
                    bl,
                    s,
                    sl,
                    c,
                    cl,
                    epoch,
                    o,
                    45,
                    w,
                    29,
                )
            };
            assert_eq!((status, state), (wanted, [0; 770]));
            assert_eq!(shown(&signature), if wanted == 0 { text("signature") } else { "" });
            assert_eq!(shown(&time), if wanted == 0 { text("timestamp") } else { "" });
        }
    }
}
