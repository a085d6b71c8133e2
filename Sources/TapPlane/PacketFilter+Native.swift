import TapLinux

/// What a filter is in the terms of the kernel's programs.
extension PacketFilter {
    /// Whether a load can lie in the window at all.
    static func isInWindow(_ width: Step.Width, _ offset: UInt32) -> Bool {
        Int(offset) <= window - width.rawValue
    }

    /// Which steps some way leads to.
    var reach: [Bool] {
        var isReached = [Bool](repeating: false, count: steps.count)
        func note(_ place: Int) {
            // No filter is taken that a way leads out of.
            precondition(place >= 0 && place < isReached.count)
            isReached[place] = true
        }
        note(0)
        for (place, step) in steps.enumerated() where isReached[place] {
            switch step {
            case .leave: break
            case .load(let width, let offset, _) where !Self.isInWindow(width, offset): break
            case .loadHeaderLength(let offset) where !Self.isInWindow(.octet, offset): break
            case .jump(let distance): note(place + 1 + Int(distance))
            case .branch:
                note(place + 1 + Int(instructions[place].jumpTrue))
                note(place + 1 + Int(instructions[place].jumpFalse))
            default: note(place + 1)
            }
        }
        return isReached
    }
}

extension PacketFilter.Step {
    var memoryThatIsRead: Int? {
        switch self {
        case .accumulatorFromMemory(let place), .indexFromMemory(let place): place
        default: nil
        }
    }
}

extension PacketFilter.Step.Width {
    var native: BPFInstruction.Width {
        switch self {
        case .octet: .octet
        case .half: .half
        case .word: .word
        }
    }
}

extension PacketFilter.Step.Condition {
    var native: BPFInstruction.Condition {
        switch self {
        case .equal: .equal
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        case .hasAnyBit: .hasAnyBit
        }
    }
}

extension PacketFilter.Step.Operation {
    var native: BPFInstruction.Operation {
        switch self {
        case .add: .add
        case .subtract: .subtract
        case .multiply: .multiply
        case .divide: .divide
        case .or: .or
        case .and: .and
        case .shiftLeft: .shiftLeft
        case .shiftRight: .shiftRight
        case .modulo: .modulo
        case .exclusiveOr: .exclusiveOr
        }
    }
}
