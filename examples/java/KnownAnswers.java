// Derives every recorded registration, by JNA: java -cp jna.jar:gson.jar KnownAnswers.java LIBRARY VECTORS
import com.google.gson.*;
import com.sun.jna.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
public class KnownAnswers {
    static class Case { String device_group_key, device_key, password, salt_hex, refused; Map<String, String> config; }
    static class Vectors { List<Case> cases; }
    /** size_t is given as a Pointer, which is as wide. */
    public interface Srp extends Library {
        Pointer cognito_device_srp_size_of(String name);
        int cognito_device_srp_derive(Pointer[] device, Pointer[] secret, byte[] salt, Pointer saltLen, Memory config);
    }
    /** A struct of texts: the address and the length of each. */
    static Pointer[] texts(String... texts) {
        var words = new Pointer[2 * texts.length];
        for (int i = 0; i < texts.length; i++) {
            byte[] bytes = texts[i].getBytes(StandardCharsets.UTF_8);
            (words[2 * i] = new Memory(bytes.length + 1)).write(0, bytes, 0, bytes.length);
            words[2 * i + 1] = Pointer.createConstant(bytes.length);
        }
        return words;
    }
    public static void main(String[] arguments) throws Exception {
        var srp = Native.load(arguments[0], Srp.class);
        var saltAt = Pointer.nativeValue(srp.cognito_device_srp_size_of("password_verifier"));
        int passed = 0, failed = 0;
        for (Case recorded : new Gson().fromJson(Files.readString(Path.of(arguments[1])), Vectors.class).cases) {
            Pointer[] device = texts(recorded.device_group_key, recorded.device_key), secret = texts(recorded.password);
            var config = new Memory(Pointer.nativeValue(srp.cognito_device_srp_size_of("config")));
            var salt = HexFormat.of().parseHex(recorded.salt_hex);
            var status = srp.cognito_device_srp_derive(device, secret, salt, Pointer.createConstant(salt.length), config);
            var made = Map.of("PasswordVerifier", config.getString(0), "Salt", config.getString(saltAt));
            if (recorded.refused != null ? status != 0 : status == 0 && made.equals(recorded.config)) passed++; else failed++;
        }
        System.out.println(passed + " passed, " + failed + " failed");
        System.exit(failed == 0 ? 0 : 1);
    }
}
