public import TapWire

/// The record beside a file of evidence: what it is, and its SHA-256.
///
/// `sha256sum -c` reads it: all lines but the last are remarks to it. The signature is one of the whole text, so that
/// neither the file's name nor what is said of it can be exchanged.
public struct EvidenceRecord: Hashable, Sendable {
    /// The name of the file.
    public var file: String
    /// The names of the alerts, with their rules.
    public var alerts: [String]
    /// Frames in the file.
    public var frames: UInt64
    /// Octets of the file.
    public var octets: UInt64
    /// When the file was made whole, to the microsecond, which is what the text can say.
    public var sealed: Timestamp
    /// The short name of the key that signs the record; nil if none does.
    public var key: String?
    /// The SHA-256 of the file in hexadecimal digits.
    public var hash: String

    private static let head = "# hubtap evidence 1"

    /// The record as text.
    package var text: String {
        var lines = [Self.head]
        lines += alerts.map { "# alert \($0)" }
        lines.append("# frames \(frames)")
        lines.append("# octets \(octets)")
        lines.append("# sealed \(sealed.rfc3339)")
        lines.append(key.map { "# key \($0)" } ?? "# not signed")
        lines.append("\(hash)  \(file)")
        return lines.joined(separator: "\n") + "\n"
    }

    package init(
        file: String,
        alerts: [String],
        frames: UInt64,
        octets: UInt64,
        sealed: Timestamp,
        key: String?,
        hash: String
    ) {
        self.file = file
        self.alerts = alerts
        self.frames = frames
        self.octets = octets
        self.sealed = Timestamp(rfc3339: sealed.rfc3339) ?? sealed
        self.key = key
        self.hash = hash
    }

    /// Reads a record; nil if `text` is none, says anything twice, or not exactly one of whether it is signed.
    package init?(_ text: String) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard lines.popFirst() == Self.head[...], lines.popLast() == "", let last = lines.popLast()
        else { return nil }
        let words = last.split(separator: "  ", maxSplits: 1)
        guard words.count == 2, Self.isHash(words[0]),
            EvidenceName.isFile(String(words[1]))
        else { return nil }
        var values: [Substring: Substring] = [:]
        var alerts: [String] = []
        for line in lines {
            let parts = line.split(separator: " ", maxSplits: 2)
            guard parts.count == 3, parts[0] == "#" else { return nil }
            if parts[1] == "alert" {
                alerts.append(String(parts[2]))
            } else if values.updateValue(parts[2], forKey: parts[1]) != nil {
                return nil
            }
        }
        guard let frames = values["frames"].flatMap({ UInt64($0) }),
            let octets = values["octets"].flatMap({ UInt64($0) }),
            let sealed = values["sealed"].flatMap({ Timestamp(rfc3339: String($0)) }),
            (values["key"] == nil) == (values["not"] == "signed")
        else { return nil }
        self.init(
            file: String(words[1]),
            alerts: alerts,
            frames: frames,
            octets: octets,
            sealed: sealed,
            key: values["key"].map(String.init),
            hash: String(words[0])
        )
    }

    /// True for 64 lower-case hexadecimal digits of ASCII.
    private static func isHash(_ word: Substring) -> Bool {
        word.utf8.count == 64
            && word.utf8.allSatisfy { octet in
                (0x30...0x39).contains(octet) || (0x61...0x66).contains(octet)
            }
    }
}
