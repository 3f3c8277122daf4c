# Derives every recorded registration, by the gem ffi: ruby known_answers.rb LIBRARY VECTORS
require "ffi"
require "json"

module Devices
  extend FFI::Library
  ffi_lib ARGV[0]
  attach_function :size_of, :cognito_device_srp_size_of, [:string], :size_t
  attach_function :message, :cognito_device_srp_message, [:int32], :string
  attach_function :derive_into, :cognito_device_srp_derive, %i[pointer pointer buffer_in size_t pointer], :int32
  Refused = Class.new(StandardError)

  # A struct of texts: the address and the length of each, which are equally wide.
  class Texts < FFI::MemoryPointer
    def initialize(*values)
      super(Devices.size_of("text"), values.size)
      @memory = values.map { |value| FFI::MemoryPointer.from_string(value) }
      words = @memory.zip(values).flat_map { |memory, value| [memory, FFI::Pointer.new(value.bytesize)] }
      write_array_of_pointer(words)
    end
  end

  def self.derive(group_key, key, secret, salt)
    config = FFI::MemoryPointer.new(size_of("config"))
    status = derive_into(Texts.new(group_key, key), Texts.new(secret), salt, salt.bytesize, config)
    raise Refused, message(status) unless status.zero?
    { "PasswordVerifier" => config.get_string(0), "Salt" => config.get_string(size_of("password_verifier")) }
  end
end

failed, passed = JSON.parse(File.read(ARGV[1]))["cases"].partition do |recorded|
  texts = recorded.values_at("device_group_key", "device_key", "password")
  config = Devices.derive(*texts, [recorded["salt_hex"]].pack("H*"))
  recorded["refused"] || config != recorded["config"]
rescue Devices::Refused
  !recorded["refused"]
end
failed.each { |recorded| puts "#{recorded["name"]} failed" }
puts "#{passed.size} passed, #{failed.size} failed"
exit failed.empty?
