//! `provision --resume`: a list, and outputs that are the beginning of the right ones, with anything after it. Outputs as an
//! interrupted run leaves them are continued without a line too many or too few, and others are refused.
#![no_main]

use cognito_device_srp::service::ConfirmDeviceDraft;
use cognito_device_srp::{Device, DeviceSecret, DeviceSecretVerifierConfig, RememberedDevice};
use cognito_device_srp_cli::{Remaining, remaining};
use libfuzzer_sys::{arbitrary, fuzz_target};
use serde::Serialize;
use serde_json::Value;

/// Requests, secrets and rejects in this order.
#[derive(arbitrary::Arbitrary, Debug)]
struct Input<'a> {
    /// How many bytes are kept of each right output.
    kept: [u16; 3],
    /// What follows them.
    then: [&'a [u8]; 3],
    list: &'a [u8],
}

/// A line, and where it ends in the output.
fn add_line(output: &mut Vec<u8>, value: &impl Serialize) {
    serde_json::to_writer(&mut *output, value).expect("a line");
    output.push(b'\n');
}

fn lines(output: &[u8]) -> usize {
    output.iter().filter(|&&byte| byte == b'\n').count()
}

/// Whether the complete lines are about the first of these devices.
fn belong(output: &[u8], all: &Remaining) -> bool {
    output.split_inclusive(|&byte| byte == b'\n').filter(|line| line.ends_with(b"\n")).zip(&all.devices).all(
        |(line, (_, key, ..))| {
            serde_json::from_slice::<Value>(line).is_ok_and(|line| line["DeviceKey"] == key.as_str())
        },
    )
}

fuzz_target!(|input: Input<'_>| {
    let all = remaining(input.list, [b""; 3]).expect("no outputs belong to each list");
    let config = DeviceSecretVerifierConfig::from_base64("Ag==", "Ag==").expect("a config");
    let secret = DeviceSecret::from_text("Ag==").expect("a secret");
    let (mut requests, mut secrets) = (vec![], vec![]);
    for (group, key, name, needs_secret) in &all.devices {
        assert!(needs_secret);
        let device = Device::new(group, key).expect("a device");
        let draft = ConfirmDeviceDraft::new(device, &config);
        let draft = name.as_deref().map_or(Ok(draft), |name| draft.with_device_name(name)).expect("a name");
        add_line(&mut requests, &draft);
        add_line(&mut secrets, &RememberedDevice::new(device, &secret).expose());
    }
    let right = [&requests, &secrets, &all.rejects];

    let mut outputs = right.map(Vec::clone);
    for (output, (kept, then)) in outputs.iter_mut().zip(input.kept.into_iter().zip(input.then)) {
        output.truncate(usize::from(kept) % (output.len() + 1));
        output.extend_from_slice(then);
    }
    // NULs are what was never written
    let texts = outputs.each_ref().map(|output| output.split(|&byte| byte == 0).next().unwrap_or_default());
    let [requested, made, rejected] = texts.map(lines);
    let interrupted = input.then.iter().all(|then| then.is_empty()) && requested <= made;

    let Some(left) = remaining(input.list, outputs.each_ref().map(Vec::as_slice)) else {
        assert!(!interrupted);
        return;
    };
    let count = all.devices.len();
    assert!(requested <= made && made <= count);
    assert_eq!(left.devices.len(), count - requested);
    assert_eq!(left.devices.iter().filter(|(.., needs_secret)| *needs_secret).count(), count - made);
    for (left, all) in left.devices.iter().zip(&all.devices[requested..]) {
        assert_eq!((&left.0, &left.1, &left.2), (&all.0, &all.1, &all.2));
    }
    assert!(belong(texts[0], &all) && belong(texts[1], &all));
    // rejects depend on the list alone
    assert!(all.rejects.starts_with(texts[2]));
    let from =
        all.rejects.split_inclusive(|&byte| byte == b'\n').take(rejected).map(<[u8]>::len).sum::<usize>();
    assert_eq!(left.rejects, &all.rejects[from..]);
});
