public import SystemPackage

/// Puts the instructions of a program together, with labels for the places that jumps go to.
///
/// Jumps go forward only, as the programs here have no loops.
public struct BPFAssembler: Sendable {
    /// A place in the program that is yet to come.
    public struct Label: Hashable, Sendable { fileprivate var number: Int }

    private var instructions: [BPFInstruction] = []
    private var jumps: [(place: Int, label: Label)] = []
    private var labelCount = 0

    /// A program without instructions.
    public init() {}

    /// Sets, adds, shifts...
    public mutating func apply(
        _ operation: BPFInstruction.Operation,
        _ register: BPFInstruction.Register,
        _ value: Int32
    ) {
        instructions.append(.arithmetic(operation, register, value))
    }

    /// The same with a register.
    public mutating func apply(
        _ operation: BPFInstruction.Operation,
        _ register: BPFInstruction.Register,
        _ source: BPFInstruction.Register
    ) {
        instructions.append(.arithmetic(operation, register, source))
    }

    /// The same on 32 bits; the others become 0.
    public mutating func apply32(
        _ operation: BPFInstruction.Operation,
        _ register: BPFInstruction.Register,
        _ value: UInt32
    ) {
        instructions.append(.arithmetic32(operation, register, value))
    }

    /// The same on 32 bits with a register.
    public mutating func apply32(
        _ operation: BPFInstruction.Operation,
        _ register: BPFInstruction.Register,
        _ source: BPFInstruction.Register
    ) {
        instructions.append(.arithmetic32(operation, register, source))
    }

    /// Turns the sign of a number of 32 bits.
    public mutating func negate32(_ register: BPFInstruction.Register) {
        instructions.append(.negate32(register))
    }

    /// Turns a number that was loaded from the wire into one of this machine, or back.
    public mutating func toWireOrder(
        _ register: BPFInstruction.Register,
        _ width: BPFInstruction.Width
    ) {
        instructions.append(.toWireOrder(register, bits: width == .half ? 16 : 32))
    }

    /// Goes on at `label` if the condition holds between the lower 32 bits and a number, both unsigned.
    public mutating func jump32(
        to label: Label,
        if condition: BPFInstruction.Condition,
        _ register: BPFInstruction.Register,
        _ value: UInt32
    ) {
        jumps.append((instructions.count, label))
        instructions.append(.jump32(condition, register, value))
    }

    /// Goes on at `label` if the condition holds between the lower 32 bits of two registers.
    public mutating func jump32(
        to label: Label,
        if condition: BPFInstruction.Condition,
        _ register: BPFInstruction.Register,
        _ other: BPFInstruction.Register
    ) {
        jumps.append((instructions.count, label))
        instructions.append(.jump32(condition, register, other))
    }

    /// Loads from the memory at `base` plus `offset` octets.
    public mutating func load(
        _ width: BPFInstruction.Width,
        _ register: BPFInstruction.Register,
        from base: BPFInstruction.Register,
        _ offset: Int16
    ) {
        instructions.append(.load(width, register, from: base, offset))
    }

    /// Stores a register to the memory at `base` plus `offset` octets.
    public mutating func store(
        _ width: BPFInstruction.Width,
        _ register: BPFInstruction.Register,
        to base: BPFInstruction.Register,
        _ offset: Int16
    ) {
        instructions.append(.store(width, register, to: base, offset))
    }

    /// Stores a number to the memory at `base` plus `offset` octets.
    public mutating func store(
        _ width: BPFInstruction.Width,
        _ value: Int32,
        to base: BPFInstruction.Register,
        _ offset: Int16
    ) {
        instructions.append(.store(width, value, to: base, offset))
    }

    /// Sets a register to the address of a map.
    public mutating func address(ofMap map: FileDescriptor, _ register: BPFInstruction.Register) {
        instructions += BPFInstruction.address(ofMap: map.rawValue, register)
    }

    /// Sets a register to the address of switches.
    public mutating func address(
        ofSwitches switches: FileDescriptor,
        _ register: BPFInstruction.Register
    ) {
        instructions += BPFInstruction.address(ofValueIn: switches.rawValue, register)
    }

    /// Calls the kernel; r1 to r5 are lost by it.
    public mutating func call(_ helper: BPFHelper) { instructions.append(.call(helper)) }

    /// Ends the program with a verdict, or with what r0 holds.
    public mutating func exit(_ verdict: Int32? = nil) {
        if let verdict { apply(.move, .r0, verdict) }
        instructions.append(.exit)
    }

    /// Goes on at `label` if the condition holds.
    public mutating func jump(
        to label: Label,
        if condition: BPFInstruction.Condition = .always,
        _ register: BPFInstruction.Register = .r0,
        _ value: Int32 = 0
    ) {
        jumps.append((instructions.count, label))
        instructions.append(.jump(condition, register, value))
    }

    /// Goes on at `label` if the condition holds between two registers.
    public mutating func jump(
        to label: Label,
        if condition: BPFInstruction.Condition,
        _ register: BPFInstruction.Register,
        _ other: BPFInstruction.Register
    ) {
        jumps.append((instructions.count, label))
        instructions.append(.jump(condition, register, other))
    }

    /// A label that is not placed yet.
    public mutating func label() -> Label {
        defer { labelCount += 1 }
        return Label(number: labelCount)
    }

    /// Makes the next instruction the one that jumps to `label` go to.
    public mutating func place(_ label: Label) {
        for (place, _) in jumps.filter({ $0.label == label }) {
            instructions[place].offset = Int16(instructions.count - place - 1)
        }
        jumps.removeAll { $0.label == label }
    }

    /// The finished program.
    ///
    /// - Precondition: every label that a jump goes to has been placed.
    public var program: [BPFInstruction] {
        precondition(jumps.isEmpty, "a jump to a label that was never placed")
        return instructions
    }
}
