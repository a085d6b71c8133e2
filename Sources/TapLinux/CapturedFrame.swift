public import TapWire

/// A frame as a program in the kernel copied it: a header of ours, then its octets.
@unsafe public struct CapturedFrame {
    // SAFETY: `record` has `byteCount` octets, header included, until its ring releases them.
    private let record: UnsafeRawPointer
    private let byteCount: Int

    init(record: UnsafeRawPointer, byteCount: Int) {
        unsafe self.record = unsafe record
        unsafe self.byteCount = byteCount
    }

    /// When the frame was copied, in nanoseconds of the monotonic clock.
    public var monotonicNanoseconds: Int64 { unsafe load(CaptureHeader.time) }
    /// Octets of the frame without `tag`.
    public var length: UInt32 { unsafe load(CaptureHeader.length) }
    /// The port it entered by.
    public var port: UInt16 { unsafe load(CaptureHeader.port) }
    /// True if it stands for several segments.
    public var isSuperFrame: Bool { unsafe load(CaptureHeader.flags, as: UInt16.self) & 1 != 0 }

    /// The tag that the kernel took out of the frame.
    public var tag: VLANTag? {
        let word: UInt32 = unsafe load(CaptureHeader.tag)
        guard word != 0 else { return nil }
        return VLANTag(
            protocolIdentifier: UInt16(truncatingIfNeeded: word >> 16).byteSwapped,
            control: UInt16(truncatingIfNeeded: word)
        )
    }

    /// The octets that were copied.
    public var octets: UnsafeBufferPointer<UInt8> {
        let captured = Int(unsafe load(CaptureHeader.captured, as: UInt32.self))
        let room = unsafe byteCount - CaptureHeader.byteCount
        let start = unsafe (record + CaptureHeader.byteCount).assumingMemoryBound(to: UInt8.self)
        return unsafe UnsafeBufferPointer(start: start, count: min(captured, room))
    }

    @inline(__always)
    private func load<Value: BitwiseCopyable>(
        _ field: Int16,
        as type: Value.Type = Value.self
    ) -> Value {
        unsafe record.load(fromByteOffset: Int(field), as: type)
    }
}
