internal import CPcap
internal import TapWire

/// A compiled filter, once as it is and once for each number of tags before the network header.
///
/// The copies for tagged frames are the same instructions with every load from behind the
/// addresses moved by the tags, so that they see a tagged frame as if it had none. Compiling
/// `vlan and (...)` instead would ask the name servers again and leave `ether[12:2]` behind.
///
/// `@unchecked Sendable`: the instructions are written by the initialiser alone, and libpcap's
/// interpreter only reads them.
@safe
struct FilterProgram: ~Copyable, @unchecked Sendable {
    private let copies: UnsafeMutablePointer<bpf_insn>
    private let count: Int
    private let maximumTagCount: Int

    /// Copies `program`, and once more for every number of tags up to `maximumTagCount`.
    init(copying program: borrowing bpf_program, maximumTagCount: Int) {
        // SAFETY: pcap_compile() succeeded, so bf_insns holds bf_len instructions; each of them
        // is initialised in each copy before the pointer is used.
        unsafe count = Int(program.bf_len)
        self.maximumTagCount = maximumTagCount
        unsafe copies = .allocate(capacity: count * (maximumTagCount + 1))
        for tagCount in 0...maximumTagCount {
            for index in 0..<count {
                let moved = unsafe Self.moved(program.bf_insns[index], past: tagCount)
                unsafe (copies + tagCount * count + index).initialize(to: moved)
            }
        }
    }

    deinit {
        // SAFETY: allocated by init; bpf_insn is trivial.
        unsafe copies.deallocate()
    }

    /// True if the octets match, looking past `tagCount` tags.
    func matches(_ octets: Span<UInt8>, wireLength: UInt32, past tagCount: Int) -> Bool {
        precondition(tagCount >= 0 && tagCount <= maximumTagCount)
        guard !octets.isEmpty else { return false }
        // SAFETY: the instructions come from pcap_compile(), which makes only valid programs,
        // and moving a load keeps them valid: the interpreter checks each against caplen.
        return unsafe octets.withUnsafeBufferPointer { buffer in
            var program = unsafe bpf_program(
                bf_len: UInt32(count),
                bf_insns: copies + tagCount * count
            )
            var header = pcap_pkthdr()
            header.caplen = UInt32(clamping: buffer.count)
            header.len = max(wireLength, header.caplen)
            return unsafe pcap_offline_filter(&program, &header, buffer.baseAddress) != 0
        }
    }

    /// The instructions for a frame without tags.
    var instructions: [CaptureFilter.Instruction] {
        (0..<count).map { index in
            // SAFETY: the index is below the count.
            let instruction = unsafe copies[index]
            return CaptureFilter.Instruction(
                code: instruction.code,
                jumpTrue: instruction.jt,
                jumpFalse: instruction.jf,
                k: instruction.k
            )
        }
    }

    /// True if an instruction asks what only the kernel knows of a frame, such as its direction.
    var asksTheKernel: Bool {
        (0..<count).contains { index in
            // SAFETY: the index is below the count.
            let instruction = unsafe copies[index]
            return Self.isLoad(instruction) && instruction.k >= Self.firstKernelOffset
        }
    }

    /// Loads from here on are no octets but Linux's extensions (SKF_AD_OFF and SKF_NET_OFF).
    private static var firstKernelOffset: UInt32 { 0xFFE0_0000 }

    /// Loads by absolute or indexed position, and of an IPv4 header's length.
    private static func isLoad(_ instruction: bpf_insn) -> Bool {
        let kind = instruction.code & 0x07
        let mode = instruction.code & 0xE0
        return kind == UInt16(BPF_LD) && (mode == UInt16(BPF_ABS) || mode == UInt16(BPF_IND))
            || kind == UInt16(BPF_LDX) && mode == UInt16(BPF_MSH)
    }

    private static func moved(_ instruction: bpf_insn, past tagCount: Int) -> bpf_insn {
        var moved = instruction
        if isLoad(instruction) && instruction.k >= UInt32(VLANTag.offset)
            && instruction.k < firstKernelOffset
        {
            moved.k += UInt32(tagCount * VLANTag.byteCount)
        }
        return moved
    }
}
