/// An attempt to log in, in EVE's words.
struct LoginRecord<Code: Encodable>: Encodable {
    private let mechanism: String
    private let user: String?
    private let code: Code?

    /// The mechanism, the user's name where it was shown, and the answer if it was seen.
    init(_ mechanism: String, _ user: String?, _ code: Code?) {
        self.mechanism = mechanism
        self.user = user
        self.code = code
    }

    private enum Key: String, CodingKey {
        case mechanism, user, code
    }

    /// What is not known is null.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(mechanism, forKey: .mechanism)
        try container.encode(user, forKey: .user)
        try container.encode(code, forKey: .code)
    }
}
