/// One instruction of an eBPF program, as the kernel takes it (RFC 9669).
public struct BPFInstruction: Hashable, Sendable {
    /// A register: r0 has results, r1 to r5 arguments, r6 to r9 outlive calls, r10 is the stack's end.
    public enum Register: UInt8, Sendable {
        case r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10
    }

    /// How many octets a load or store moves.
    public enum Width: UInt8, Sendable {
        case word = 0x00
        case half = 0x08
        case octet = 0x10
        case doubleWord = 0x18
    }

    /// What a jump asks of a register, compared with a number, unsigned.
    public enum Condition: UInt8, Sendable {
        case always = 0x00
        case equal = 0x10
        case greater = 0x20
        case greaterOrEqual = 0x30
        case hasAnyBit = 0x40
        case notEqual = 0x50
        case less = 0xA0
        case lessOrEqual = 0xB0
    }

    /// Arithmetic on 64 bits, or on the lower 32 with the others becoming 0.
    public enum Operation: UInt8, Sendable {
        case add = 0x00
        case subtract = 0x10
        case multiply = 0x20
        case divide = 0x30
        case or = 0x40
        case and = 0x50
        case shiftLeft = 0x60
        case shiftRight = 0x70
        case modulo = 0x90
        case exclusiveOr = 0xA0
        case move = 0xB0
    }

    /// Opcode, registers, offset and immediate, from the lowest octet on.
    public var rawValue: UInt64

    init(
        opcode: UInt8,
        _ destination: Register = .r0,
        _ source: UInt8 = 0,
        offset: Int16 = 0,
        immediate: Int32 = 0
    ) {
        let registers = UInt64(source << 4 | destination.rawValue) << 8
        let displacement = UInt64(UInt16(bitPattern: offset)) << 16
        rawValue =
            UInt64(opcode) | registers | displacement | UInt64(UInt32(bitPattern: immediate)) << 32
    }

    /// Where a jump goes, counted in instructions from the next one.
    var offset: Int16 {
        get { Int16(truncatingIfNeeded: rawValue >> 16) }
        set { rawValue = rawValue & ~0xFFFF_0000 | UInt64(UInt16(bitPattern: newValue)) << 16 }
    }

    static func arithmetic(
        _ operation: Operation,
        _ register: Register,
        _ value: Int32
    ) -> BPFInstruction {
        BPFInstruction(opcode: 0x07 | operation.rawValue, register, immediate: value)
    }

    static func arithmetic(
        _ operation: Operation,
        _ register: Register,
        _ source: Register
    ) -> BPFInstruction {
        BPFInstruction(opcode: 0x0F | operation.rawValue, register, source.rawValue)
    }

    static func arithmetic32(
        _ operation: Operation,
        _ register: Register,
        _ value: UInt32
    ) -> BPFInstruction {
        BPFInstruction(
            opcode: 0x04 | operation.rawValue,
            register,
            immediate: Int32(bitPattern: value)
        )
    }

    static func arithmetic32(
        _ operation: Operation,
        _ register: Register,
        _ source: Register
    ) -> BPFInstruction {
        BPFInstruction(opcode: 0x0C | operation.rawValue, register, source.rawValue)
    }

    static func negate32(_ register: Register) -> BPFInstruction {
        BPFInstruction(opcode: 0x84, register)
    }

    /// Turns a number of 16 or 32 bits between this machine's order and that of the wire.
    static func toWireOrder(_ register: Register, bits: Int32) -> BPFInstruction {
        BPFInstruction(opcode: 0xDC, register, immediate: bits)
    }

    static func jump32(
        _ condition: Condition,
        _ register: Register,
        _ value: UInt32
    ) -> BPFInstruction {
        BPFInstruction(
            opcode: 0x06 | condition.rawValue,
            register,
            immediate: Int32(bitPattern: value)
        )
    }

    static func jump32(
        _ condition: Condition,
        _ register: Register,
        _ other: Register
    ) -> BPFInstruction {
        BPFInstruction(opcode: 0x0E | condition.rawValue, register, other.rawValue)
    }

    static func load(
        _ width: Width,
        _ register: Register,
        from base: Register,
        _ offset: Int16
    ) -> BPFInstruction {
        BPFInstruction(opcode: 0x61 | width.rawValue, register, base.rawValue, offset: offset)
    }

    static func store(
        _ width: Width,
        _ register: Register,
        to base: Register,
        _ offset: Int16
    ) -> BPFInstruction {
        BPFInstruction(opcode: 0x63 | width.rawValue, base, register.rawValue, offset: offset)
    }

    static func store(
        _ width: Width,
        _ value: Int32,
        to base: Register,
        _ offset: Int16
    ) -> BPFInstruction {
        BPFInstruction(opcode: 0x62 | width.rawValue, base, offset: offset, immediate: value)
    }

    static func jump(_ condition: Condition, _ register: Register, _ value: Int32) -> BPFInstruction
    {
        BPFInstruction(opcode: 0x05 | condition.rawValue, register, immediate: value)
    }

    static func jump(
        _ condition: Condition,
        _ register: Register,
        _ other: Register
    ) -> BPFInstruction {
        BPFInstruction(opcode: 0x0D | condition.rawValue, register, other.rawValue)
    }

    /// The address of a map takes two instructions; the kernel puts it in the place of the descriptor.
    static func address(ofMap descriptor: Int32, _ register: Register) -> [BPFInstruction] {
        [
            BPFInstruction(opcode: 0x18, register, 1, immediate: descriptor),
            BPFInstruction(opcode: 0x00),
        ]
    }

    /// The address of the value of a map that has but one, in the same way.
    static func address(ofValueIn descriptor: Int32, _ register: Register) -> [BPFInstruction] {
        [
            BPFInstruction(opcode: 0x18, register, 2, immediate: descriptor),
            BPFInstruction(opcode: 0x00),
        ]
    }

    static func call(_ helper: BPFHelper) -> BPFInstruction {
        BPFInstruction(opcode: 0x85, immediate: helper.rawValue)
    }

    static let exit = BPFInstruction(opcode: 0x95)
}
