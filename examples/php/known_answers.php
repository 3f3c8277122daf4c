<?php
// Derives every recorded registration, by FFI: php known_answers.php LIBRARY VECTORS
$library = FFI::cdef('
    typedef struct { const char *at; size_t len; } text;
    size_t cognito_device_srp_size_of(const char *name);
    const char *cognito_device_srp_message(int32_t status);
    int32_t cognito_device_srp_derive(const text *device, const text *secret, const char *salt, size_t salt_len, char *config);
', $argv[1]);

/** A struct of texts, and the memory that they are in. */
function texts(FFI $library, string ...$values): array {
    $texts = $library->new('text[' . count($values) . ']');
    $memory = [];
    foreach ($values as $i => $value) {
        $memory[$i] = $library->new('char[' . strlen($value) + 1 . ']');
        FFI::memcpy($memory[$i], $value, strlen($value));
        [$texts[$i]->at, $texts[$i]->len] = [FFI::addr($memory[$i][0]), strlen($value)];
    }
    return [$texts, $memory];
}

function derive(FFI $library, string $groupKey, string $key, string $secret, string $salt): array {
    $config = $library->new('char[' . $library->cognito_device_srp_size_of('config') . ']');
    [[$device, $deviceMemory], [$password, $passwordMemory]] = [texts($library, $groupKey, $key), texts($library, $secret)];
    $status = $library->cognito_device_srp_derive($device, $password, $salt, strlen($salt), $config);
    if ($status !== 0) throw new DomainException($library->cognito_device_srp_message($status));
    $saltAt = $library->cognito_device_srp_size_of('password_verifier');
    return ['PasswordVerifier' => FFI::string(FFI::addr($config[0])), 'Salt' => FFI::string(FFI::addr($config[$saltAt]))];
}

$failed = 0;
$cases = json_decode(file_get_contents($argv[2]))->cases;
foreach ($cases as $case) {
    try { $config = derive($library, $case->device_group_key, $case->device_key, $case->password, hex2bin($case->salt_hex)); }
    catch (DomainException $refused) { $config = null; }
    if ($config !== (isset($case->refused) ? null : (array) $case->config)) { $failed++; echo "$case->name failed\n"; }
}
printf("%d passed, %d failed\n", count($cases) - $failed, $failed);
exit($failed ? 1 : 0);
