// Derives every recorded registration, by P/Invoke: KnownAnswers.exe <VECTORS, with the library where the loader looks.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Web.Script.Serialization;
static class KnownAnswers {
    const string Library = "cognito_device_srp";
    struct Text { public IntPtr At; public UIntPtr Len; }
    struct Device { public Text GroupKey, Key; }
    [DllImport(Library)] static extern UIntPtr cognito_device_srp_size_of(string name);
    [DllImport(Library)] static extern int cognito_device_srp_derive(
        ref Device device, ref Text secret, byte[] salt, UIntPtr saltLen, byte[] config);
    class Case { public string device_group_key, device_key, password, salt_hex, refused; public Dictionary<string, string> config; }
    class Vectors { public List<Case> cases; }
    static Text Of(string text) { // in memory that is the caller's to free
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        var at = Marshal.AllocHGlobal(bytes.Length + 1);
        Marshal.Copy(bytes, 0, at, bytes.Length);
        return new Text { At = at, Len = (UIntPtr)bytes.Length };
    }
    static string Shown(byte[] array, int at) { return System.Text.Encoding.ASCII.GetString(array.Skip(at).TakeWhile(b => b != 0).ToArray()); }
    static bool Passes(Case c) {
        var device = new Device { GroupKey = Of(c.device_group_key), Key = Of(c.device_key) };
        var secret = Of(c.password);
        var salt = Enumerable.Range(0, c.salt_hex.Length / 2).Select(i => Convert.ToByte(c.salt_hex.Substring(2 * i, 2), 16)).ToArray();
        var config = new byte[(int)cognito_device_srp_size_of("config")];
        var status = cognito_device_srp_derive(ref device, ref secret, salt, (UIntPtr)salt.Length, config);
        foreach (var text in new[] { device.GroupKey, device.Key, secret }) Marshal.FreeHGlobal(text.At);
        if (status != 0 || c.refused != null) return status != 0 && c.refused != null;
        var made = new[] { Shown(config, 0), Shown(config, (int)cognito_device_srp_size_of("password_verifier")) };
        return made.SequenceEqual(new[] { c.config["PasswordVerifier"], c.config["Salt"] });
    }
    static int Main() {
        var vectors = new JavaScriptSerializer { MaxJsonLength = int.MaxValue }.Deserialize<Vectors>(Console.In.ReadToEnd());
        var passed = vectors.cases.Count(Passes);
        Console.WriteLine("{0} passed, {1} failed", passed, vectors.cases.Count - passed);
        return passed == vectors.cases.Count ? 0 : 1;
    }
}
