import Foundation

/// The textual form of keys (RFC 7468).
enum PEM {
    private static let limit = 16_384

    /// `octets` between lines that say what they are.
    static func text(label: String, octets: [UInt8]) -> String {
        "-----BEGIN \(label)-----\n\(Data(octets).base64EncodedString())\n-----END \(label)-----\n"
    }

    /// The octets behind `head` in the file at `path`.
    static func read(
        _ path: String,
        label: String,
        head: [UInt8]
    ) throws(EvidenceError) -> [UInt8] {
        guard let text = read(path) else {
            throw EvidenceError(.unreadable, "\(path): there is no such file, or it cannot be read")
        }
        let lines = text.split(whereSeparator: \.isNewline)
        guard let first = lines.firstIndex(of: "-----BEGIN \(label)-----"),
            let last = lines[first...].firstIndex(of: "-----END \(label)-----"),
            let data = Data(base64Encoded: lines[first + 1..<last].joined())
        else {
            throw EvidenceError(
                .malformed,
                "\(path): has no \(label) in PEM; `hubtap evidence key FILE` makes one"
            )
        }
        guard data.starts(with: head), data.count == head.count + 32 else {
            throw EvidenceError(.malformed, "\(path): is a key, but not of Ed25519")
        }
        return [UInt8](data.dropFirst(head.count))
    }

    private static func read(_ path: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        // An empty file has nil to read. What is no UTF-8 has no PEM, but can be read.
        guard let data = try? file.read(upToCount: limit) ?? Data() else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}
