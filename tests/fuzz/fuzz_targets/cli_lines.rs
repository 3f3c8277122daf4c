//! What `srp-a`, `answer` and `secret-hash` read with `--lines`: each line that is not blank is answered with one line of JSON.
#![no_main]

use cognito_device_srp_cli::converted_lines;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|input: &[u8]| {
    let lines = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input).split(|&byte| byte == b'\n');
    let asked = lines.filter(|line| !line.trim_ascii().is_empty()).count();
    let fields = [
        &["SRP_A", "State"][..],
        &["PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP"],
        &["SECRET_HASH"],
    ];
    for (printed, fields) in converted_lines(input).iter().zip(fields) {
        assert_eq!(printed.lines().count(), asked);
        for line in printed.lines() {
            let Ok(Value::Object(object)) = serde_json::from_str(line) else { panic!("{line}") };
            let names: Vec<_> = object.keys().collect();
            assert!(names == fields || names == ["Error"], "{line}");
        }
    }
});
