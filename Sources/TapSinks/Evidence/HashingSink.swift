import Crypto
import SystemPackage
import TapCapture

/// Writes a file and computes the SHA-256 of exactly what was written, so that nobody can change it in between.
struct HashingSink: OctetSink, ~Copyable {
    /// The file.
    var file: WholeFile
    private var hash = SHA256()
    /// Octets written so far.
    private(set) var octetCount: UInt64 = 0
    /// True if octets were taken back, so that the hash is none of the file.
    private(set) var isSpoilt = false

    init(_ file: consuming WholeFile) { self.file = file }

    /// The hash of what was written so far.
    var digest: [UInt8] { Array(hash.finalize()) }

    mutating func write(_ octets: Span<UInt8>) throws(Errno) -> Int {
        let count = try file.write(octets)
        let written = octets.extracting(first: count)
        let copy = [UInt8](capacity: count) { output in
            for index in written.indices { output.append(written[index]) }
        }
        hash.update(data: copy)
        octetCount &+= UInt64(count)
        return count
    }

    mutating func takeBack(octetCount: Int) -> Bool {
        isSpoilt = true
        return file.takeBack(octetCount: octetCount)
    }
}
