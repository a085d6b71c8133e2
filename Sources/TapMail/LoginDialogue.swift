/// Reads the user's name out of a SASL exchange (RFC 4954) and forgets everything else at once.
///
/// Secrets pass through `answer(_:)` as arguments and are never stored.
struct LoginDialogue: Sendable {
    /// The mechanism in upper case; `?` where it may be a secret (`SASLMechanism`).
    let mechanism: String
    /// The user's name, once the mechanism showed it.
    private var user: String?
    /// Answers of the client so far, the initial response among them.
    private var answers = 0
    /// What the server asks for, where its challenge says so.
    private var prompt = Prompt.unknown

    /// What a challenge of LOGIN asks for.
    private enum Prompt: Sendable {
        case unknown, user, password
    }

    /// Octets of a name that are kept.
    private static let keptName = 256

    /// Starts with the argument of AUTH: the mechanism, and perhaps an initial response.
    ///
    /// Of mechanisms that are not known those are named that stand in `capabilities`, what the server said it can do.
    init(_ argument: ArraySlice<UInt8>, offeredIn capabilities: [String]) {
        let words = argument.split(maxSplits: 1, whereSeparator: \.isBlank)
        mechanism = SASLMechanism.name(words.first ?? [], offeredIn: capabilities)
        guard words.count == 2 else { return }
        answer(words[1].trimmed)
    }

    /// The user's name as far as it may be told.
    ///
    /// EXTERNAL has no secret and shows none: a client that takes it for something else may send one in the place of the
    /// name, so only what the server has accepted is one.
    func user(isAccepted: Bool) -> String? {
        mechanism == "EXTERNAL" && !isAccepted ? nil : user
    }

    /// True for what has the form of a mechanism's name (RFC 4422 section 3.1), letters in either case.
    ///
    /// Passwords have it too: what may be written is for `SASLMechanism` to say.
    static func isMechanism(_ word: ArraySlice<UInt8>) -> Bool {
        (1...20).contains(word.count)
            && word.allSatisfy {
                $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
            }
    }

    /// The server sent a challenge (334).
    mutating func challenge(_ text: [UInt8]) {
        let words = Base64.decode(text[...].trimmed) ?? text
        if words.hasPrefix(ignoringCase: "user") {
            prompt = .user
        } else if words.hasPrefix(ignoringCase: "pass") {
            prompt = .password
        } else {
            prompt = .unknown
        }
    }

    /// Octets were lost: answers can no longer be told apart.
    mutating func lose() { answers = .max }

    /// The client answered, in base64; `=` is the empty answer and `*` gives up.
    mutating func answer(_ text: ArraySlice<UInt8>) {
        defer {
            if answers < .max { answers &+= 1 }
            prompt = .unknown
        }
        guard answers < .max, text.first != UInt8(ascii: "*"), let octets = Base64.decode(text)
        else {
            return
        }
        guard let name = name(in: octets), !name.isEmpty else { return }
        user = String(repairing: name, limit: Self.keptName)
    }

    private func name(in octets: [UInt8]) -> ArraySlice<UInt8>? {
        switch mechanism {
        case "PLAIN": Self.plainName(octets)
        case "LOGIN": loginName(octets)
        case "CRAM-MD5": octets.lastIndex(of: 0x20).map { octets[..<$0] }
        case "EXTERNAL": answers == 0 ? octets[...] : nil
        case "XOAUTH2": Self.field("user=", in: octets, separator: 0x01)
        case "OAUTHBEARER": answers == 0 ? Self.field("a=", in: octets, separator: 0x2C) : nil
        case "DIGEST-MD5": answers == 0 ? Self.digestName(octets) : nil
        default: mechanism.hasPrefix("SCRAM-") && answers == 0 ? Self.scramName(octets) : nil
        }
    }

    /// RFC 4616: authorization identity, NUL, user, NUL, secret.
    private static func plainName(_ octets: [UInt8]) -> ArraySlice<UInt8>? {
        let parts = octets.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count == 3 ? parts[1] : nil
    }

    /// By the server's prompt where it has one, else the first answer is the name.
    private func loginName(_ octets: [UInt8]) -> ArraySlice<UInt8>? {
        switch prompt {
        case .user: octets[...]
        case .password: nil
        case .unknown: answers == 0 ? octets[...] : nil
        }
    }

    private static func field(
        _ name: String,
        in octets: [UInt8],
        separator: UInt8
    ) -> ArraySlice<UInt8>? {
        octets.split(separator: separator).first { $0.hasPrefix(ignoringCase: name) }?
            .dropFirst(name.utf8.count)
    }

    /// RFC 5802: `n,,n=user,r=...`, with `=2C` for a comma and `=3D` for an equals sign.
    private static func scramName(_ octets: [UInt8]) -> ArraySlice<UInt8>? {
        guard let field = field("n=", in: octets, separator: 0x2C) else { return nil }
        var name: [UInt8] = []
        var rest = field
        while let octet = rest.popFirst() {
            let code = rest.prefix(2)
            if octet == UInt8(ascii: "="),
                code.elementsEqual("2C".utf8) || code.elementsEqual("3D".utf8)
            {
                name.append(code.elementsEqual("2C".utf8) ? 0x2C : 0x3D)
                rest = rest.dropFirst(2)
            } else {
                name.append(octet)
            }
        }
        return name[...]
    }

    /// RFC 2831: `username="..."` among the directives.
    private static func digestName(_ octets: [UInt8]) -> ArraySlice<UInt8>? {
        let value = octets.split(separator: 0x2C).first {
            Array($0)[...].trimmed.hasPrefix(ignoringCase: "username=")
        }
        return value?.split(separator: UInt8(ascii: "\""), maxSplits: 2).dropFirst().first
    }
}
