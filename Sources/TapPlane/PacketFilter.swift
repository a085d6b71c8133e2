/// A filter as libpcap compiles it: a program of classic BPF, in which every jump goes forward and the last
/// instruction returns.
///
/// Hubs take it as text, as they link no libpcap: instructions of four numbers, with commas between them, such as
/// `40 0 0 12,21 0 1 2048,6 0 0 262144,6 0 0 0`, and `past-tags,` before them for a filter that sees a tagged frame
/// as if it had no tags. Source: bpf(4) of BSD, bpf_validate().
public struct PacketFilter: Hashable, Sendable {
    /// One instruction.
    public struct Instruction: Hashable, Sendable {
        /// What it does.
        public var code: UInt16
        /// How many instructions are skipped if a condition holds.
        public var jumpTrue: UInt8
        /// How many are skipped if it does not.
        public var jumpFalse: UInt8
        /// Its number.
        public var k: UInt32

        /// Creates an instruction.
        public init(code: UInt16, jumpTrue: UInt8, jumpFalse: UInt8, k: UInt32) {
            self.code = code
            self.jumpTrue = jumpTrue
            self.jumpFalse = jumpFalse
            self.k = k
        }
    }

    /// The most instructions that a hub takes.
    public static let maximumCount = 512
    /// How many octets from the beginning of a frame a filter can look at; one that looks further does not match.
    public static let window = 256

    /// The program.
    public let instructions: [Instruction]
    /// What each instruction does.
    let steps: [Step]
    /// Whether a tagged frame is looked at as if it had no tags.
    public let looksPastTags: Bool

    /// Takes a program if every way through it ends.
    ///
    /// - Returns: nil for instructions there are not, jumps out of the program, or loads from what only a socket knows.
    public init?(_ instructions: [Instruction], looksPastTags: Bool) {
        guard (1...Self.maximumCount).contains(instructions.count), let last = instructions.last,
            case .leave? = Self.Step(last)
        else { return nil }
        var steps: [Step] = []
        for (place, instruction) in instructions.enumerated() {
            guard let step = Step(instruction) else { return nil }
            steps.append(step)
            let rest = UInt32(instructions.count - place - 1)
            switch step {
            case .jump(let distance): guard distance < rest else { return nil }
            case .branch:
                guard UInt32(max(instruction.jumpTrue, instruction.jumpFalse)) < rest else {
                    return nil
                }
            default: break
            }
        }
        self.instructions = instructions
        self.steps = steps
        self.looksPastTags = looksPastTags
    }

    /// Reads the text of a filter; nil if it is none.
    public init?(text: String) {
        var lines = text.split(separator: ",", omittingEmptySubsequences: false)
        let looksPastTags = lines.first == "past-tags"
        if looksPastTags { lines.removeFirst() }
        var instructions: [Instruction] = []
        for line in lines {
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 4, let code = UInt16(words[0]), let jumpTrue = UInt8(words[1]),
                let jumpFalse = UInt8(words[2]), let k = UInt32(words[3])
            else { return nil }
            instructions.append(
                Instruction(code: code, jumpTrue: jumpTrue, jumpFalse: jumpFalse, k: k)
            )
        }
        self.init(instructions, looksPastTags: looksPastTags)
    }

    /// The filter as text.
    public var text: String {
        let lines = instructions.map { "\($0.code) \($0.jumpTrue) \($0.jumpFalse) \($0.k)" }
        return ((looksPastTags ? ["past-tags"] : []) + lines).joined(separator: ",")
    }
}
