# Known answers and refusals through the Ruby binding. COGNITO_DEVICE_SRP_VECTORS is the folder of the vectors.

require 'json'
require 'minitest/autorun'
require 'time'
require 'cognito_device_srp'

include CognitoDeviceSrp

KEYS = ['-NXiVKS5p', 'us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8'].freeze

def cases(name)
  JSON.parse(File.read(File.join(ENV.fetch('COGNITO_DEVICE_SRP_VECTORS'), name)))['cases']
end

def bytes(hex)
  [hex.rjust((hex.length + 1) / 2 * 2, '0')].pack('H*')
end

def challenge(of)
  of['challenge_parameters'].values_at('SRP_B', 'SALT', 'SECRET_BLOCK')
end

def times(of)
  [Timestamp::UNIX.new(seconds: of['epoch']), Timestamp::TEXT.new(text: of['timestamp'])]
end

class KnownAnswers < Minitest::Test
  def test_published_verifiers_are_derived
    derived = refused = 0
    cases('device_verifier.json').each do |of|
      call = -> { CognitoDeviceSrp.derive(*of.values_at('device_group_key', 'device_key', 'password', 'salt_b64')) }
      if of['refused']
        assert_equal ErrorKind::INPUT, assert_raises(SrpError::Refused, &call).kind
        refused += 1
      else
        config = call.call
        assert_equal of['config'].values_at('PasswordVerifier', 'Salt'), [config.password_verifier, config.salt], of['name']
        derived += 1
      end
    end
    assert_equal [79, 4], [derived, refused]
  end

  def test_published_sign_ins_of_devices_are_reproduced
    check('device_auth.json', 40) do |sign_in, of, time|
      sign_in.answer_device(*of.values_at('device_group_key', 'device_key', 'password'), *challenge(of), time)
    end
  end

  def test_published_sign_ins_of_users_are_reproduced
    check('user_auth.json', 37) do |sign_in, of, time|
      sign_in.answer_user(*of.values_at('pool_id', 'user_id_for_srp', 'password'), *challenge(of), time)
    end
    check('user_auth.json', 37) do |sign_in, of, time|
      hash = bytes(of['identity_hash_hex'])
      sign_in.answer_user_hashed(*of.values_at('pool_id', 'user_id_for_srp'), hash, *challenge(of), time)
    end
  end

  def check(file, count)
    all = cases(file)
    assert_equal count, all.length
    all.each do |of|
      times(of).each do |time|
        sign_in = SignIn.new(bytes(of['a_hex']))
        assert_equal of['A_hex'], sign_in.srp_a
        sign_in = SignIn.resume(sign_in.suspend.expose_secret)
        claim = yield sign_in, of, time
        assert_equal of.values_at('signature', 'timestamp'), [claim.signature, claim.timestamp], of['name']
      end
      next unless of['client_secret']

      assert_equal of['secret_hash'], CognitoDeviceSrp.secret_hash(*of.values_at('client_secret', 'username', 'client_id'))
    end
  end
end

class Use < Minitest::Test
  def test_a_registration_belongs_to_its_secret
    registration = Registration.generate(*KEYS)
    assert_equal 56, registration.expose_secret.length
    config = CognitoDeviceSrp.derive(*KEYS, registration.expose_secret, registration.salt)
    assert_equal registration.password_verifier, config.password_verifier
    refute_equal registration.expose_secret, Registration.generate(*KEYS).expose_secret
  end

  def test_the_default_time_is_now
    claim = SignIn.new.answer_user('us-east-1_A', 'alice', 'secret', '1f', '1f', 'k3dX')
    assert_in_delta Time.now.to_i, Time.strptime(claim.timestamp, '%a %b %d %H:%M:%S %Z %Y').to_i, 60
  end

  def refused(code, kind, &call)
    error = assert_raises(SrpError::Refused, &call)
    assert_equal [code, kind], [error.code, error.kind]
    refute_includes error.inspect, 'sesame'
  end

  def test_bad_input_is_rejected
    refused(1, ErrorKind::INPUT) { Registration.generate('', KEYS[1]) }
    refused(2, ErrorKind::INPUT) { Registration.generate('g' * 131_073, KEYS[1]) }
    refused(3, ErrorKind::INPUT) { Registration.generate(*KEYS.reverse) }
    refused(4, ErrorKind::INPUT) { CognitoDeviceSrp.derive(*KEYS, '', 'AQ==') }
    refused(8, ErrorKind::INPUT) { CognitoDeviceSrp.derive(*KEYS, 'sesame', 'sesame') }
    refused(15, ErrorKind::INPUT) { SignIn.new("\0") }
    refused(15, ErrorKind::INPUT) { SignIn.new('') }
    refused(102, ErrorKind::INPUT) { SignIn.new.answer_user_hashed('us-east-1_A', 'a', 'sesame', '1f', '1f', 'k3dX') }
    refused(105, ErrorKind::INPUT) { SignIn.resume('sesame') }
    moment = Timestamp::TEXT.new(text: "Thu Jan 2 03:04:05 UTC 2025\0")
    [
      -> { Registration.generate(KEYS[0], "#{KEYS[1]}\0") },
      -> { CognitoDeviceSrp.derive("#{KEYS[0]}\0", KEYS[1], 'sesame', 'AQ==') },
      -> { SignIn.new.answer_device(*KEYS, "sesame\0", '1f', '1f', 'k3dX') },
      -> { SignIn.new.answer_device(*KEYS, 'sesame', '1f', "1f\0", 'k3dX') },
      -> { SignIn.new.answer_device(*KEYS, 'sesame', '1f', '1f', 'k3dX', moment) },
      -> { SignIn.new.answer_user('us-east-1_A', 'a', "sesame\0", '1f', '1f', 'k3dX') },
      -> { SignIn.new.answer_user_hashed('us-east-1_A', "a\0", "\0" * 32, '1f', '1f', 'k3dX') },
      -> { CognitoDeviceSrp.secret_hash("sesame\0", 'alice', 'id') },
    ].each { |call| refused(108, ErrorKind::INPUT, &call) }
    [nil, 5, "\xff", "\xed\xa0\x80"].each do |text|
      assert_raises(TypeError, NoMethodError, EncodingError) { Registration.generate(KEYS[0], text) }
    end
  end

  def test_invalid_values_of_the_service_are_errors_of_the_peer
    answer = ->(*challenge) { SignIn.new.answer_device(*KEYS, 'sesame', *challenge) }
    refused(18, ErrorKind::PEER) { answer.call('', '1f', 'k3dX') }
    refused(19, ErrorKind::PEER) { answer.call('0', '1f', 'k3dX') }
    refused(21, ErrorKind::PEER) { answer.call('1f', '-1f', 'k3dX') }
    refused(22, ErrorKind::PEER) { answer.call('1f', '1f', 'k3d') }
  end

  def test_a_sign_in_is_answered_once
    sign_in = SignIn.new
    refused(4, ErrorKind::INPUT) { sign_in.answer_device(*KEYS, '', '1f', '1f', 'k3dX') }
    sign_in.answer_device(*KEYS, 'sesame', '1f', '1f', 'k3dX')
    refused(105, ErrorKind::INPUT) { sign_in.answer_device(*KEYS, 'sesame', '1f', '1f', 'k3dX') }
    refused(105, ErrorKind::INPUT) { sign_in.suspend }
  end
end
