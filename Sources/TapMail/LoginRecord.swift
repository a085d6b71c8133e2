/// An attempt to log in, in EVE's words.
struct LoginRecord<Code: Encodable>: Encodable {
    private let mechanism: String
    private let user: String?
    private let code: Code?
    private let responseCode: String?

    /// The mechanism, the user's name where it was shown, the answer if it was seen, and the word in brackets behind it.
    init(_ mechanism: String, _ user: String?, _ code: Code?, _ responseCode: String? = nil) {
        self.mechanism = mechanism
        self.user = user
        self.code = code
        self.responseCode = responseCode
    }

    private enum Key: String, CodingKey {
        case mechanism, user, code
        case responseCode = "response_code"
    }

    /// What is not known is null; without a word in brackets there is no key for it.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(mechanism, forKey: .mechanism)
        try container.encode(user, forKey: .user)
        try container.encode(code, forKey: .code)
        try container.encodeIfPresent(responseCode, forKey: .responseCode)
    }
}
