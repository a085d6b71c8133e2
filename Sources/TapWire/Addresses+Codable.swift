// Addresses are stored as their text, which every reader of JSON understands.

extension Decoder {
    fileprivate func value<Value: LosslessStringConvertible>(of type: Value.Type) throws -> Value {
        let container = try singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Value(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "not a valid \(type)"
            )
        }
        return value
    }
}

extension Encoder {
    fileprivate func put(_ value: some CustomStringConvertible) throws {
        var container = singleValueContainer()
        try container.encode(value.description)
    }
}

extension IPAddress: Codable {
    /// Decodes an address from its text.
    public init(from decoder: any Decoder) throws { self = try decoder.value(of: Self.self) }

    /// Encodes the address as its text.
    public func encode(to encoder: any Encoder) throws { try encoder.put(self) }
}

extension MACAddress: Codable {
    /// Decodes an address from its text.
    public init(from decoder: any Decoder) throws { self = try decoder.value(of: Self.self) }

    /// Encodes the address as its text.
    public func encode(to encoder: any Encoder) throws { try encoder.put(self) }
}

extension IPNetwork: Codable {
    /// Decodes a network from its text.
    public init(from decoder: any Decoder) throws { self = try decoder.value(of: Self.self) }

    /// Encodes the network as its text.
    public func encode(to encoder: any Encoder) throws { try encoder.put(self) }
}

extension Endpoint: Codable {
    /// Decodes an endpoint from its text.
    public init(from decoder: any Decoder) throws { self = try decoder.value(of: Self.self) }

    /// Encodes the endpoint as its text.
    public func encode(to encoder: any Encoder) throws { try encoder.put(self) }
}

extension IPAddress: CodingKeyRepresentable {
    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// The address as the key of a dictionary: its text.
    public var codingKey: any CodingKey { Key(stringValue: description) }

    /// Reads an address that is the key of a dictionary.
    public init?(codingKey: some CodingKey) { self.init(codingKey.stringValue) }
}
