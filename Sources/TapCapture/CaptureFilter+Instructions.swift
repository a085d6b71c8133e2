extension CaptureFilter {
    /// An instruction of classic BPF, as bpf(4) has it.
    public struct Instruction: Hashable, Sendable {
        /// What it does.
        public var code: UInt16
        /// How many instructions are skipped if a condition holds.
        public var jumpTrue: UInt8
        /// How many are skipped if it does not.
        public var jumpFalse: UInt8
        /// Its number.
        public var k: UInt32
    }

    /// The filter as libpcap compiled it, for a frame without the tags that are looked past.
    public var instructions: [Instruction] { program.instructions }
}
