// Derives every recorded registration: known_answers <VECTORS. Built by cgo; pkg-config tells it where the library is.
package main

// #cgo pkg-config: cognito_device_srp
// #include <cognito_device_srp.h>
// #include <stdlib.h>
import "C"
import "encoding/hex"
import "encoding/json"
import "fmt"
import "os"
import "unsafe"

type recorded struct {
	Device_group_key, Device_key, Password, Salt_hex, Refused string
	Config                                                    struct{ PasswordVerifier, Salt string }
}

func derive(groupKey, key, secret, saltHex string) (string, string, C.int32_t) {
	salt, _ := hex.DecodeString(saltHex)
	var texts [3]C.cognito_device_srp_text_t
	for i, text := range []string{groupKey, key, secret} {
		texts[i] = C.cognito_device_srp_text_t{C.CString(text), C.size_t(len(text))}
		defer C.free(unsafe.Pointer(texts[i].at))
	}
	made, device := C.cognito_device_srp_config_t{}, C.cognito_device_srp_device_t{texts[0], texts[1]}
	status := C.cognito_device_srp_derive(&device, &texts[2], (*C.uint8_t)(&salt[0]), C.size_t(len(salt)), &made)
	return C.GoString(&made.password_verifier[0]), C.GoString(&made.salt[0]), status
}
func main() {
	vectors, results := struct{ Cases []recorded }{}, map[bool]int{}
	err := json.NewDecoder(os.Stdin).Decode(&vectors)
	for _, c := range vectors.Cases {
		verifier, salt, status := derive(c.Device_group_key, c.Device_key, c.Password, c.Salt_hex)
		results[status != 0 && c.Refused != "" || c.Refused == "" && c.Config.PasswordVerifier == verifier && c.Config.Salt == salt]++
	}
	if fmt.Printf("%d passed, %d failed\n", results[true], results[false]); err != nil || results[false] != 0 {
		os.Exit(1)
	}
}
