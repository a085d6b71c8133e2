/// Names of files in the folder of evidence.
public enum EvidenceName {
    /// What the name of a file ends in.
    public static let ending = ".pcapng"
    /// What the name of the record beside it ends in, too.
    public static let record = ".sha256"
    /// What the name of the signature of that record ends in, too.
    public static let signature = ".sha256.sig"

    /// The name of the file of an alert: nothing in it leads out of the folder or hides it.
    public static func file(of alert: String) -> String {
        let name = alert.utf8.prefix(100).map { octet -> UInt8 in
            isPlain(octet) ? octet : UInt8(ascii: "_")
        }
        return (name.isEmpty ? "_" : String(decoding: name, as: UTF8.self)) + ending
    }

    /// True for a name that `file(of:)` gives.
    static func isFile(_ name: String) -> Bool {
        name.hasSuffix(ending) && name.utf8.count <= 107
            && name.utf8.dropLast(ending.utf8.count).allSatisfy(isPlain)
            && name.utf8.count > ending.utf8.count
    }

    /// The hidden name of the frames of `file` that process number `turn` gathered.
    static func part(of file: String, turn: Int) -> String { ".\(file).\(turn).part" }

    /// The file that a hidden name of frames belongs to, and the number; nil for another name.
    static func partParts(_ name: String) -> (file: String, turn: Int)? {
        guard name.hasPrefix("."), name.hasSuffix(".part") else { return nil }
        let words = name.dropFirst().dropLast(".part".count)
        guard let dot = words.lastIndex(of: "."), let turn = Int(words[words.index(after: dot)...])
        else { return nil }
        let file = String(words[..<dot])
        return isFile(file) && turn >= 0 ? (file, turn) : nil
    }

    private static func isPlain(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
