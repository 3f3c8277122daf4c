// Known answers and refusals through the Kotlin binding. The argument is the folder of the vectors.

import cognito_device_srp.*
import java.io.File
import kotlinx.serialization.json.*

fun cases(folder: String, name: String) =
    Json.parseToJsonElement(File(folder, name).readText()).jsonObject["cases"]!!.jsonArray.map { it.jsonObject }

fun JsonObject.text(name: String) = this[name]!!.jsonPrimitive.content

fun bytes(hex: String) =
    hex.padStart((hex.length + 1) / 2 * 2, '0').chunked(2).map { it.toInt(16).toByte() }.toByteArray()

fun <T> same(expected: T, actual: T, what: String) = check(expected == actual) { "$what: $actual instead of $expected" }

fun refused(code: Int, kind: ErrorKind, call: () -> Unit) {
    val error = runCatching(call).exceptionOrNull() as? SrpException.Refused ?: error("not refused with $code")
    same(code to kind, error.code to error.kind, "error")
    check("sesame" !in error.toString()) { "input in a message" }
}

fun signIns(cases: List<JsonObject>, answer: (SignIn, JsonObject, JsonObject, Timestamp) -> PasswordClaim) {
    for (case in cases) {
        for (time in listOf(Timestamp.Unix(case.text("epoch").toLong()), Timestamp.Text(case.text("timestamp")))) {
            val begun = SignIn(bytes(case.text("a_hex")))
            same(case.text("A_hex"), begun.srpA(), case.text("name"))
            val resumed = SignIn.resume(begun.suspend().exposeSecret())
            val claim = answer(resumed, case, case["challenge_parameters"]!!.jsonObject, time)
            same(PasswordClaim(case.text("signature"), case.text("timestamp")), claim, case.text("name"))
        }
        if (case["client_secret"] !is JsonNull) {
            val hash = secretHash(case.text("client_secret"), case.text("username"), case.text("client_id"))
            same(case.text("secret_hash"), hash, case.text("name"))
        }
    }
}

fun main(arguments: Array<String>) {
    val folder = arguments[0]
    var derived = 0
    for (case in cases(folder, "device_verifier.json")) {
        val call = { derive(case.text("device_group_key"), case.text("device_key"), case.text("password"), case.text("salt_b64")) }
        if ("refused" in case) {
            check(runCatching(call).exceptionOrNull() is SrpException.Refused) { case.text("name") }
        } else {
            val config = case["config"]!!.jsonObject
            same(DeviceSecretVerifierConfig(config.text("PasswordVerifier"), config.text("Salt")), call(), case.text("name"))
            derived += 1
        }
    }
    val devices = cases(folder, "device_auth.json")
    signIns(devices) { signIn, case, sent, time ->
        signIn.answerDevice(case.text("device_group_key"), case.text("device_key"), case.text("password"),
            sent.text("SRP_B"), sent.text("SALT"), sent.text("SECRET_BLOCK"), time)
    }
    val users = cases(folder, "user_auth.json")
    signIns(users) { signIn, case, sent, time ->
        signIn.answerUser(case.text("pool_id"), case.text("user_id_for_srp"), case.text("password"),
            sent.text("SRP_B"), sent.text("SALT"), sent.text("SECRET_BLOCK"), time)
    }
    signIns(users) { signIn, case, sent, time ->
        signIn.answerUserHashed(case.text("pool_id"), case.text("user_id_for_srp"), bytes(case.text("identity_hash_hex")),
            sent.text("SRP_B"), sent.text("SALT"), sent.text("SECRET_BLOCK"), time)
    }
    same(Triple(79, 40, 37), Triple(derived, devices.size, users.size), "cases")

    val (group, key) = "-NXiVKS5p" to "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8"
    val registration = Registration.generate(group, key)
    same(registration.passwordVerifier(), derive(group, key, registration.exposeSecret(), registration.salt()).passwordVerifier, "v")
    refused(1, ErrorKind.INPUT) { Registration.generate("", key) }
    refused(3, ErrorKind.INPUT) { Registration.generate(key, group) }
    refused(102, ErrorKind.INPUT) { SignIn().answerUserHashed("us-east-1_A", "a", ByteArray(31), "1f", "1f", "k3dX") }
    refused(108, ErrorKind.INPUT) { Registration.generate(group, key + "\u0000") }
    refused(15, ErrorKind.INPUT) { SignIn(byteArrayOf(0)) }
    refused(19, ErrorKind.PEER) { SignIn().answerDevice(group, key, "sesame", "0", "1f", "k3dX") }
    refused(22, ErrorKind.PEER) { SignIn().answerDevice(group, key, "sesame", "1f", "1f", "k3d") }
    refused(105, ErrorKind.INPUT) { SignIn.resume("sesame".toByteArray()) }
    val once = SignIn()
    once.answerDevice(group, key, "sesame", "1f", "1f", "k3dX")
    refused(105, ErrorKind.INPUT) { once.answerDevice(group, key, "sesame", "1f", "1f", "k3dX") }
    // what is not Unicode does not cross
    check(runCatching { Registration.generate(group, "\ud800") }.isFailure) { "a lone surrogate is taken" }
    println("Kotlin: ${derived + devices.size + users.size} known answers")
}
