import TapWire

extension PacketFilter {
    /// Runs the filter over a frame.
    ///
    /// - Parameters:
    ///   - frame: Its octets, tags in their place.
    ///   - wireLength: How long it was on the wire, in octets.
    /// - Returns: Whether it matches; false, too, if the filter looks beyond the frame's end or the window.
    package func matches(_ frame: Span<UInt8>, wireLength: UInt32) -> Bool {
        let skipped = looksPastTags ? Self.tagByteCount(frame) : 0
        var machine = Machine(skipped: skipped, wireLength: wireLength)
        var place = 0
        while place < instructions.count {
            let instruction = instructions[place]
            let step = steps[place]
            place += 1
            switch step {
            case .leave(let number): return number ?? machine.accumulator != 0
            case .jump(let distance): place += Int(distance)
            case .branch(let condition, let source):
                let holds = machine.holds(condition, machine.value(source))
                place += Int(holds ? instruction.jumpTrue : instruction.jumpFalse)
            default: guard machine.follow(step, frame) else { return false }
            }
        }
        return false
    }

    /// How many octets the tags behind the addresses take, of those that are looked past.
    private static func tagByteCount(_ frame: Span<UInt8>) -> Int {
        var count = 0
        while count < maximumTags, frame.count >= 14 + count * 4 {
            guard isTag(frame.uint16(at: 12 + count * 4)) else { break }
            count += 1
        }
        return count * VLANTag.byteCount
    }

    /// How many tags are looked past.
    static let maximumTags = 3
    /// The types of tags that libpcap knows.
    static let tagTypes: [UInt16] = [0x8100, 0x88A8, 0x9100]

    private static func isTag(_ type: UInt16) -> Bool {
        switch type {
        case 0x8100, 0x88A8, 0x9100: true
        default: false
        }
    }

    /// The state of a filter at work.
    private struct Machine {
        /// Octets that are left out behind the addresses.
        let skipped: Int
        let wireLength: UInt32
        var accumulator: UInt32 = 0
        var index: UInt32 = 0
        var memory = InlineArray<16, UInt32>(repeating: 0)

        init(skipped: Int, wireLength: UInt32) {
            self.skipped = skipped
            self.wireLength = wireLength
        }

        func value(_ source: Step.Source) -> UInt32 {
            switch source {
            case .number(let number): number
            case .index: index
            }
        }

        func holds(_ condition: Step.Condition, _ other: UInt32) -> Bool {
            switch condition {
            case .equal: accumulator == other
            case .greater: accumulator > other
            case .greaterOrEqual: accumulator >= other
            case .hasAnyBit: accumulator & other != 0
            }
        }

        /// - Returns: false if the frame ends before what is looked for, or a divisor is 0.
        mutating func follow(_ step: Step, _ frame: Span<UInt8>) -> Bool {
            switch step {
            case .load(let width, let offset, let isRelative):
                let place = Int(offset) + (isRelative ? Int(index) : 0)
                guard let value = octets(width.rawValue, at: place, frame) else { return false }
                accumulator = value
            case .loadHeaderLength(let offset):
                guard let value = octets(1, at: Int(offset), frame) else { return false }
                index = (value & 0x0F) << 2
            case .setAccumulator(let number): accumulator = number
            case .setIndex(let number): index = number
            case .accumulatorToLength: accumulator = wireLength
            case .indexToLength: index = wireLength
            case .accumulatorFromMemory(let place): accumulator = memory[place]
            case .indexFromMemory(let place): index = memory[place]
            case .accumulatorToMemory(let place): memory[place] = accumulator
            case .indexToMemory(let place): memory[place] = index
            case .calculate(let operation, let source):
                return calculate(operation, value(source))
            case .negate: accumulator = 0 &- accumulator
            case .indexToAccumulator: accumulator = index
            case .accumulatorToIndex: index = accumulator
            case .jump, .branch, .leave: break
            }
            return true
        }

        private mutating func calculate(_ operation: Step.Operation, _ other: UInt32) -> Bool {
            switch operation {
            case .add: accumulator &+= other
            case .subtract: accumulator &-= other
            case .multiply: accumulator &*= other
            case .divide, .modulo:
                guard other != 0 else { return false }
                accumulator = operation == .divide ? accumulator / other : accumulator % other
            case .or: accumulator |= other
            case .and: accumulator &= other
            case .exclusiveOr: accumulator ^= other
            case .shiftLeft: accumulator &<<= other
            case .shiftRight: accumulator &>>= other
            }
            return true
        }

        /// A number of the frame as the filter sees it; nil beyond its end, or beyond the window.
        private func octets(_ count: Int, at place: Int, _ frame: Span<UInt8>) -> UInt32? {
            guard place + count <= min(window, frame.count - skipped) else { return nil }
            var value: UInt32 = 0
            for offset in place..<place + count {
                value = value << 8 | UInt32(frame[offset < 12 ? offset : offset + skipped])
            }
            return value
        }
    }
}
