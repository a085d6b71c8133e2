internal import TapWire

extension CaptureDecoder {
    /// Tells from its first octets what a capture is; consumes none of them.
    mutating func readFormat(
        _ source: inout some OctetSource & ~Copyable
    ) throws(CaptureError) -> Format {
        let available = try buffer.fill(PcapHeader.byteCount, from: &source)
        guard available > 0 else {
            throw CaptureError(
                code: .empty,
                offset: 0,
                problem: "the capture is empty: there is not one octet in it"
            )
        }
        guard available >= 4 else { throw Self.foreign(buffer.octets) }
        if buffer.octets.uint32(at: 0) == PcapngBlock.sectionHeader { return .pcapng }
        guard let form = PcapHeader.Form(magic: buffer.octets.uint32(at: 0)) else {
            throw Self.foreign(buffer.octets)
        }
        guard available >= PcapHeader.byteCount else {
            throw CaptureError(
                code: .truncated,
                offset: 0,
                required: UInt64(PcapHeader.byteCount),
                available: UInt64(available),
                problem: "the capture ends in its file header"
            )
        }
        return .pcap(try PcapHeader(form, buffer.octets))
    }

    /// The error for octets that no capture begins with.
    private static func foreign(_ octets: Span<UInt8>) -> CaptureError {
        for (name, magic) in Self.compressedFormats where octets.begins(with: magic) {
            return CaptureError(
                code: .compressed,
                offset: 0,
                problem: "the file is compressed with \(name); unpack it first"
            )
        }
        return CaptureError(
            code: .foreign,
            offset: 0,
            problem: "this is not a capture file: it begins like neither pcap nor pcapng"
        )
    }

    private static var compressedFormats: [(name: String, magic: [UInt8])] {
        [
            ("gzip", [0x1F, 0x8B]),
            ("zstd", [0x28, 0xB5, 0x2F, 0xFD]),
            ("xz", [0xFD, 0x37, 0x7A, 0x58]),
            ("bzip2", [0x42, 0x5A, 0x68]),
            ("lz4", [0x04, 0x22, 0x4D, 0x18]),
        ]
    }
}

extension Span<UInt8> {
    /// True if the first octets are those of `magic`.
    fileprivate func begins(with magic: [UInt8]) -> Bool {
        guard count >= magic.count else { return false }
        return magic.indices.allSatisfy { self[$0] == magic[$0] }
    }
}
