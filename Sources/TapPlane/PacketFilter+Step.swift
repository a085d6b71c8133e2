extension PacketFilter {
    /// What an instruction does, with all that is not allowed left out.
    enum Step: Hashable {
        /// Where a number comes from.
        enum Source: Hashable {
            case number(UInt32)
            case index
        }

        /// How many octets are loaded.
        enum Width: Int { case octet = 1, half = 2, word = 4 }

        enum Operation: UInt16 {
            case add = 0x00, subtract = 0x10, multiply = 0x20, divide = 0x30, or = 0x40, and = 0x50
            case shiftLeft = 0x60, shiftRight = 0x70, modulo = 0x90, exclusiveOr = 0xA0
        }

        enum Condition: UInt16 {
            case equal = 0x10, greater = 0x20, greaterOrEqual = 0x30, hasAnyBit = 0x40
        }

        /// From a place in the frame into the accumulator; behind the index if it is relative.
        case load(Width, at: UInt32, isRelative: Bool)
        /// Four times the low half of an octet of the frame into the index: the length of an IPv4 header.
        case loadHeaderLength(at: UInt32)
        case setAccumulator(UInt32)
        case setIndex(UInt32)
        case accumulatorToLength
        case indexToLength
        case accumulatorFromMemory(Int)
        case indexFromMemory(Int)
        case accumulatorToMemory(Int)
        case indexToMemory(Int)
        case calculate(Operation, Source)
        case negate
        case jump(UInt32)
        case branch(Condition, Source)
        case indexToAccumulator
        case accumulatorToIndex
        /// The end: the frame matches if the number, or without one the accumulator, is not 0.
        case leave(UInt32?)

        /// Nil for an instruction that there is not, or that a filter of a hub may not have.
        init?(_ instruction: Instruction) {
            let step: Step? =
                switch instruction.code & 7 {
                case 0: Self.load(instruction)
                case 1: Self.loadIndex(instruction)
                case 2, 3: Self.store(instruction)
                case 4: Self.calculation(instruction)
                case 5: Self.jump(instruction)
                case 6: Self.leave(instruction)
                default: Self.transfer(instruction)
                }
            guard let step else { return nil }
            self = step
        }

        private static func load(_ instruction: Instruction) -> Step? {
            guard let width = width(instruction) else { return nil }
            switch instruction.code & 0xE0 {
            case 0x00: return width == .word ? .setAccumulator(instruction.k) : nil
            case 0x20 where isInFrame(instruction.k):
                return .load(width, at: instruction.k, isRelative: false)
            case 0x40 where isInFrame(instruction.k):
                return .load(width, at: instruction.k, isRelative: true)
            case 0x60: return memory(instruction.k).map { .accumulatorFromMemory($0) }
            case 0x80: return .accumulatorToLength
            default: return nil
            }
        }

        private static func width(_ instruction: Instruction) -> Width? {
            switch instruction.code & 0x18 {
            case 0x00: .word
            case 0x08: .half
            case 0x10: .octet
            default: nil
            }
        }

        private static func loadIndex(_ instruction: Instruction) -> Step? {
            switch instruction.code & 0xE0 {
            case 0x00: .setIndex(instruction.k)
            case 0x60: memory(instruction.k).map { .indexFromMemory($0) }
            case 0x80: .indexToLength
            case 0xA0 where isInFrame(instruction.k): .loadHeaderLength(at: instruction.k)
            default: nil
            }
        }

        private static func store(_ instruction: Instruction) -> Step? {
            guard instruction.code < 8 else { return nil }
            return memory(instruction.k).map {
                instruction.code & 7 == 2 ? .accumulatorToMemory($0) : .indexToMemory($0)
            }
        }

        private static func calculation(_ instruction: Instruction) -> Step? {
            let code = instruction.code & 0xF0
            if code == 0x80 { return .negate }
            guard let operation = Operation(rawValue: code) else { return nil }
            let source = source(instruction)
            switch (operation, source) {
            case (.divide, .number(0)), (.modulo, .number(0)): return nil
            case (.shiftLeft, .number(32...)), (.shiftRight, .number(32...)): return nil
            default: return .calculate(operation, source)
            }
        }

        private static func jump(_ instruction: Instruction) -> Step? {
            let code = instruction.code & 0xF0
            if code == 0 { return .jump(instruction.k) }
            return Condition(rawValue: code).map { .branch($0, source(instruction)) }
        }

        private static func leave(_ instruction: Instruction) -> Step? {
            switch instruction.code & 0x18 {
            case 0x00: .leave(instruction.k)
            case 0x10: .leave(nil)
            default: nil
            }
        }

        private static func transfer(_ instruction: Instruction) -> Step? {
            switch instruction.code & 0xF8 {
            case 0x00: .accumulatorToIndex
            case 0x80: .indexToAccumulator
            default: nil
            }
        }

        private static func source(_ instruction: Instruction) -> Source {
            instruction.code & 0x08 == 0 ? .number(instruction.k) : .index
        }

        private static func memory(_ k: UInt32) -> Int? { k < 16 ? Int(k) : nil }

        /// Beyond are not octets but what only a socket knows of a frame (SKF_AD_OFF, SKF_NET_OFF, SKF_LL_OFF).
        private static func isInFrame(_ k: UInt32) -> Bool { k < 0xFFE0_0000 }
    }
}
