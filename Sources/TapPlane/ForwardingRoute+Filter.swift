import SystemPackage
import TapLinux
import TapWire

/// A user's filter as a part of the program.
///
/// The beginning of the frame, as the filter is to see it, is copied to memory that each processor has of its own, as
/// the stack is too small. r0 is the filter's accumulator, r1 its index, r3 is for anything, r4 is the frame's length on
/// the wire, r5 how much of it was copied, r8 where to.
extension ForwardingRoute {
    /// Goes to `match` or to `miss`.
    func filter(
        _ assembler: inout BPFAssembler,
        _ filter: PacketFilter,
        _ scratch: FileDescriptor,
        match: BPFAssembler.Label,
        miss: BPFAssembler.Label
    ) {
        assembler.store(.word, 0, to: .r10, Stack.key)
        assembler.address(ofMap: scratch, .r1)
        assembler.apply(.move, .r2, .r10)
        assembler.apply(.add, .r2, Int32(Stack.key))
        assembler.call(.lookUpElement)
        assembler.jump(to: miss, if: .equal, .r0, 0)
        assembler.apply(.move, .r8, .r0)
        if filter.looksPastTags {
            loadWithoutTags(&assembler, miss)
        } else {
            loadWithTag(&assembler, miss)
        }
        // Never; but what a filter that matches nothing does not lead to, the kernel would refuse.
        assembler.jump(to: match, if: .equal, .r5, 0)
        run(&assembler, filter, match: match, miss: miss)
    }

    /// Copies the addresses, and what follows behind the tags that are in the frame.
    private func loadWithoutTags(_ assembler: inout BPFAssembler, _ miss: BPFAssembler.Label) {
        let end = assembler.label()
        load(&assembler, 12, from: 0, to: .r8, 0, miss)
        assembler.store(.doubleWord, 12, to: .r10, Stack.fill)
        let first = assembler.label()
        // The outermost tag is mostly not in the frame but beside it.
        assembler.load(.word, .r1, from: .r6, PortClassifiers.Context.hasTag)
        assembler.jump(to: first, if: .notEqual, .r1, 0)
        for number in 0..<PacketFilter.maximumTags {
            let isTag = assembler.label()
            assembler.apply(.move, .r1, .r6)
            assembler.load(.doubleWord, .r2, from: .r10, Stack.fill)
            assembler.apply(.move, .r3, .r10)
            assembler.apply(.add, .r3, Int32(Stack.header))
            assembler.apply(.move, .r4, 2)
            assembler.call(.loadFrame)
            assembler.jump(to: miss, if: .notEqual, .r0, 0)
            assembler.load(.half, .r1, from: .r10, Stack.header)
            for type in PacketFilter.tagTypes {
                assembler.jump(to: isTag, if: .equal, .r1, Int32(type.bigEndian))
            }
            assembler.jump(to: end)
            assembler.place(isTag)
            assembler.load(.doubleWord, .r1, from: .r10, Stack.fill)
            assembler.apply(.add, .r1, 4)
            assembler.store(.doubleWord, .r1, to: .r10, Stack.fill)
            if number == 0 { assembler.place(first) }
        }
        assembler.place(end)
        loadRest(&assembler, to: 12, miss)
    }

    /// Copies the frame with the tag beside it put back.
    private func loadWithTag(_ assembler: inout BPFAssembler, _ miss: BPFAssembler.Label) {
        let untagged = assembler.label()
        let done = assembler.label()
        load(&assembler, 12, from: 0, to: .r8, 0, miss)
        assembler.store(.doubleWord, 12, to: .r10, Stack.fill)
        assembler.load(.word, .r1, from: .r6, PortClassifiers.Context.hasTag)
        assembler.jump(to: untagged, if: .equal, .r1, 0)
        assembler.load(.word, .r1, from: .r6, PortClassifiers.Context.tagProtocol)
        assembler.store(.half, .r1, to: .r8, 12)
        assembler.load(.word, .r1, from: .r6, PortClassifiers.Context.tagControl)
        assembler.toWireOrder(.r1, .half)
        assembler.store(.half, .r1, to: .r8, 14)
        loadRest(&assembler, to: 16, miss)
        assembler.jump(to: done)
        assembler.place(untagged)
        loadRest(&assembler, to: 12, miss)
        assembler.place(done)
    }

    /// Copies what of the frame is behind the offset on the stack and fits; r5 becomes how much there is then.
    private func loadRest(
        _ assembler: inout BPFAssembler,
        to place: Int32,
        _ miss: BPFAssembler.Label
    ) {
        let room = Int32(PacketFilter.window) - place
        let fits = assembler.label()
        let none = assembler.label()
        let done = assembler.label()
        assembler.load(.word, .r4, from: .r10, Stack.length)
        assembler.load(.doubleWord, .r2, from: .r10, Stack.fill)
        assembler.jump(to: none, if: .lessOrEqual, .r4, .r2)
        assembler.apply(.subtract, .r4, .r2)
        assembler.jump(to: fits, if: .lessOrEqual, .r4, room)
        assembler.apply(.move, .r4, room)
        assembler.place(fits)
        assembler.jump(to: none, if: .less, .r4, 1)
        assembler.store(.doubleWord, .r4, to: .r10, Stack.fill)
        assembler.apply(.move, .r1, .r6)
        assembler.apply(.move, .r3, .r8)
        assembler.apply(.add, .r3, place)
        assembler.call(.loadFrame)
        assembler.jump(to: miss, if: .notEqual, .r0, 0)
        assembler.load(.doubleWord, .r5, from: .r10, Stack.fill)
        assembler.apply(.add, .r5, place)
        assembler.jump(to: done)
        assembler.place(none)
        assembler.apply(.move, .r5, place)
        assembler.place(done)
        assembler.load(.word, .r4, from: .r10, Stack.length)
        let untagged = assembler.label()
        assembler.load(.word, .r1, from: .r6, PortClassifiers.Context.hasTag)
        assembler.jump(to: untagged, if: .equal, .r1, 0)
        assembler.apply(.add, .r4, 4)
        assembler.place(untagged)
    }

    private func load(
        _ assembler: inout BPFAssembler,
        _ count: Int32,
        from offset: Int32,
        to base: BPFInstruction.Register,
        _ place: Int32,
        _ failed: BPFAssembler.Label
    ) {
        assembler.apply(.move, .r1, .r6)
        assembler.apply(.move, .r2, offset)
        assembler.apply(.move, .r3, base)
        assembler.apply(.add, .r3, place)
        assembler.apply(.move, .r4, count)
        assembler.call(.loadFrame)
        assembler.jump(to: failed, if: .notEqual, .r0, 0)
    }

    private func run(
        _ assembler: inout BPFAssembler,
        _ filter: PacketFilter,
        match: BPFAssembler.Label,
        miss: BPFAssembler.Label
    ) {
        let steps = filter.steps
        let labels = steps.map { _ in assembler.label() }
        for step in Set(steps) {
            guard let place = step.memoryThatIsRead else { continue }
            assembler.store(.word, 0, to: .r10, Stack.memory(place))
        }
        assembler.apply(.move, .r0, 0)
        assembler.apply(.move, .r1, 0)
        // The kernel refuses what no way leads to.
        let isReached = filter.reach
        for (place, step) in steps.enumerated() where isReached[place] {
            assembler.place(labels[place])
            switch step {
            case .leave(let number): leave(&assembler, number, match, miss)
            case .jump(let distance): assembler.jump(to: labels[place + 1 + Int(distance)])
            case .branch(let condition, let source):
                let instruction = filter.instructions[place]
                let holds = labels[place + 1 + Int(instruction.jumpTrue)]
                switch source {
                case .number(let number):
                    assembler.jump32(to: holds, if: condition.native, .r0, number)
                case .index: assembler.jump32(to: holds, if: condition.native, .r0, .r1)
                }
                if instruction.jumpFalse > 0 {
                    assembler.jump(to: labels[place + 1 + Int(instruction.jumpFalse)])
                }
            default: follow(&assembler, step, miss)
            }
        }
    }

    private func leave(
        _ assembler: inout BPFAssembler,
        _ number: UInt32?,
        _ match: BPFAssembler.Label,
        _ miss: BPFAssembler.Label
    ) {
        guard let number else {
            assembler.jump(to: miss, if: .equal, .r0, 0)
            return assembler.jump(to: match)
        }
        assembler.jump(to: number == 0 ? miss : match)
    }

    private func follow(
        _ assembler: inout BPFAssembler,
        _ step: PacketFilter.Step,
        _ miss: BPFAssembler.Label
    ) {
        switch step {
        case .load(let width, let offset, let isRelative):
            fetch(&assembler, .r0, width, offset, isRelative, miss)
        case .loadHeaderLength(let offset):
            fetch(&assembler, .r1, .octet, offset, false, miss)
            guard PacketFilter.isInWindow(.octet, offset) else { return }
            assembler.apply(.and, .r1, 0x0F)
            assembler.apply(.shiftLeft, .r1, 2)
        case .setAccumulator(let number): assembler.apply32(.move, .r0, number)
        case .setIndex(let number): assembler.apply32(.move, .r1, number)
        case .accumulatorToLength: assembler.apply(.move, .r0, .r4)
        case .indexToLength: assembler.apply(.move, .r1, .r4)
        case .accumulatorFromMemory(let place):
            assembler.load(.word, .r0, from: .r10, Stack.memory(place))
        case .indexFromMemory(let place):
            assembler.load(.word, .r1, from: .r10, Stack.memory(place))
        case .accumulatorToMemory(let place):
            assembler.store(.word, .r0, to: .r10, Stack.memory(place))
        case .indexToMemory(let place): assembler.store(.word, .r1, to: .r10, Stack.memory(place))
        case .calculate(let operation, .number(let number)):
            assembler.apply32(operation.native, .r0, number)
        case .calculate(let operation, .index):
            if operation == .divide || operation == .modulo {
                assembler.jump32(to: miss, if: .equal, .r1, 0)
            }
            assembler.apply32(operation.native, .r0, .r1)
        case .negate: assembler.negate32(.r0)
        case .indexToAccumulator: assembler.apply(.move, .r0, .r1)
        case .accumulatorToIndex: assembler.apply(.move, .r1, .r0)
        case .jump, .branch, .leave: break
        }
    }

    /// Loads a number of the copy, which must reach as far.
    private func fetch(
        _ assembler: inout BPFAssembler,
        _ register: BPFInstruction.Register,
        _ width: PacketFilter.Step.Width,
        _ offset: UInt32,
        _ isRelative: Bool,
        _ miss: BPFAssembler.Label
    ) {
        let size = UInt32(width.rawValue)
        guard PacketFilter.isInWindow(width, offset) else { return assembler.jump(to: miss) }
        // r2 is where the number begins, r3 where it ends.
        if isRelative {
            assembler.apply(.move, .r2, .r1)
            assembler.apply(.add, .r2, Int32(offset))
            assembler.jump(to: miss, if: .greater, .r2, Int32(PacketFilter.window) - Int32(size))
        } else {
            assembler.apply(.move, .r2, Int32(offset))
        }
        assembler.apply(.move, .r3, .r2)
        assembler.apply(.add, .r3, Int32(size))
        assembler.jump(to: miss, if: .greater, .r3, .r5)
        assembler.apply(.move, .r3, .r8)
        assembler.apply(.add, .r3, .r2)
        assembler.load(width.native, register, from: .r3, 0)
        if width != .octet { assembler.toWireOrder(register, width.native) }
    }
}
