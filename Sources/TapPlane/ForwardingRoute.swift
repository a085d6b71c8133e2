import SystemPackage
package import TapLinux

/// What a program of the kernel plane does with the frames that enter one port.
package struct ForwardingRoute: Hashable {
    /// Counters of a port, by their place among its own.
    package enum Counter: Int, CaseIterable {
        case frames
        case octets
        /// Frames that another port did not take.
        case refused
        /// Frames too short for the kernel to redirect.
        case tooShort
        /// Frames for which the buffer had no room.
        case notBuffered
        /// Frames whose octets could not be read.
        case notRead
        /// Frames that the mirror is not asked to hold.
        case notKept
        /// Frames that were left out, as the buffer was nearly full.
        case shed
        /// Frames of which only headers are asked for.
        case askedFrames
        /// Large frames of which only headers were copied, as the buffer filled up.
        case bulkFrames
        /// Frames of which only headers were copied, as the buffer was rather full.
        case otherFrames
        /// Octets of theirs that were not copied.
        case askedOctets
        case bulkOctets
        case otherOctets
        /// Octets of frames that were left out.
        case shedOctets
    }

    /// What is set while programs run, by its place.
    enum Switch: Int, CaseIterable {
        /// Not 0: the kernel is asked of each frame whether the only other port took it.
        case asksForEach
    }

    /// A way for the frames of a port that leads nowhere yet.
    package init(port: Int) { self.port = port }

    /// Room for counters of a port.
    package static let counterCount = 16
    /// The most octets of a frame that are copied: more than any but the largest that offloads make.
    package static let maximumCapture = Int(classes.last ?? 0)

    /// The place of the port among all ports and monitors.
    package var port: Int
    /// The interfaces of all other hub ports that are there.
    package var targets: [Int32] = []
    /// The interfaces of the monitors that are there.
    package var monitors: [Int32] = []
    /// Whether another hub port is not there, so that no frame leaves by every one.
    package var isIncomplete = false
    /// Whether the port is a monitor: its frames go nowhere.
    package var isMonitor = false
    /// How many octets of a frame are copied.
    package var captureLimit = maximumCapture
    /// Which frames are copied.
    package var keep = PlaneConfiguration.Keep.all
    /// The TCP ports of mail.
    package var mailPorts: [UInt16] = []

    /// The kernel wants to know the size of a record when it loads the program, so there is one call for each.
    static let classes: [Int32] = [
        64, 96, 128, 192, 256, 384, 512, 768, 1024, 1280, 1536, 2304, 4096, 9216, 20_480, 65_792,
    ]

    /// The program, for counters of `counterCount` a port and a buffer of captured frames.
    ///
    /// Theory of operation: r6 is the frame, r9 the port's counters, r7 first the frame's length and then how
    /// much of it is copied, r8 the record. The copy comes before the wire, as the last thing a program
    /// does is say where the frame goes. With one other port the frame itself is redirected, and whether that
    /// port took it the port's own counters tell; with several a clone goes to each, as the call tells
    /// what became of each, and who redirects one more would not learn it. So it is with one, too, while
    /// that one has no link.
    package func program(_ kernel: borrowing KernelParts) -> [BPFInstruction] {
        var assembler = BPFAssembler()
        let end = assembler.label()
        begin(&assembler, kernel.counters.descriptor, end)
        if !isMonitor {
            copy(&assembler, kernel.buffer.descriptor, kernel.buffer.byteCount)
            forward(&assembler, kernel.switches.descriptor, end)
        }
        assembler.place(end)
        assembler.exit(PortClassifiers.Verdict.drop)
        return assembler.program
    }

    /// Counts the frame.
    private func begin(
        _ assembler: inout BPFAssembler,
        _ counters: FileDescriptor,
        _ end: BPFAssembler.Label
    ) {
        assembler.apply(.move, .r6, .r1)
        assembler.load(.word, .r7, from: .r6, PortClassifiers.Context.length)
        assembler.store(.word, 0, to: .r10, Stack.key)
        assembler.address(ofMap: counters, .r1)
        assembler.apply(.move, .r2, .r10)
        assembler.apply(.add, .r2, Int32(Stack.key))
        assembler.call(.lookUpElement)
        assembler.jump(to: end, if: .equal, .r0, 0)
        assembler.apply(.move, .r9, .r0)
        count(&assembler, .frames)
        add(&assembler, .octets, .r7)
    }

    private func forward(
        _ assembler: inout BPFAssembler,
        _ switches: FileDescriptor,
        _ end: BPFAssembler.Label
    ) {
        let tooShort = assembler.label()
        // The kernel redirects nothing that is not more than an Ethernet header.
        assembler.load(.word, .r1, from: .r6, PortClassifiers.Context.length)
        assembler.jump(to: tooShort, if: .lessOrEqual, .r1, 14)
        for monitor in monitors { clone(&assembler, to: monitor) }
        if targets.count == 1, !isIncomplete { redirect(&assembler, switches) }
        assembler.apply(.move, .r8, isIncomplete ? 1 : 0)
        for target in targets {
            let taken = assembler.label()
            clone(&assembler, to: target)
            assembler.jump(to: taken, if: .equal, .r0, 0)
            assembler.apply(.move, .r8, 1)
            assembler.place(taken)
        }
        assembler.jump(to: end, if: .equal, .r8, 0)
        count(&assembler, .refused)
        assembler.jump(to: end)
        assembler.place(tooShort)
        count(&assembler, .tooShort)
    }

    /// Gives the frame itself to the only other port, unless the kernel is to be asked what becomes of it.
    private func redirect(_ assembler: inout BPFAssembler, _ switches: FileDescriptor) {
        let asks = assembler.label()
        assembler.address(ofSwitches: switches, .r1)
        assembler.load(.word, .r1, from: .r1, Self.offset(of: .asksForEach))
        assembler.jump(to: asks, if: .notEqual, .r1, 0)
        assembler.apply(.move, .r1, targets[0])
        assembler.apply(.move, .r2, 0)
        assembler.call(.redirect)
        assembler.exit()
        assembler.place(asks)
    }

    private func clone(_ assembler: inout BPFAssembler, to interface: Int32) {
        assembler.apply(.move, .r1, .r6)
        assembler.apply(.move, .r2, interface)
        assembler.apply(.move, .r3, 0)
        assembler.call(.cloneRedirect)
    }

    func count(_ assembler: inout BPFAssembler, _ counter: Counter) {
        assembler.apply(.move, .r2, 1)
        add(&assembler, counter, .r2)
    }

    /// Only this processor counts here, and a program is not interrupted by another of its kind.
    func add(
        _ assembler: inout BPFAssembler,
        _ counter: Counter,
        _ register: BPFInstruction.Register
    ) {
        let place = Self.place(of: counter, port: port) * MemoryLayout<UInt64>.size
        assembler.load(.doubleWord, .r1, from: .r9, Int16(place))
        assembler.apply(.add, .r1, register)
        assembler.store(.doubleWord, .r1, to: .r9, Int16(place))
    }

    /// Where a counter of a port stands among all counters.
    package static func place(of counter: Counter, port: Int) -> Int {
        port * counterCount + counter.rawValue
    }

    private static func offset(of place: Switch) -> Int16 {
        Int16(place.rawValue * MemoryLayout<UInt32>.size)
    }

    /// What lies where on the stack, 4, 8 or 40 octets each.
    enum Stack {
        static let key: Int16 = -4
        static let length: Int16 = -8
        static let fill: Int16 = -16
        static let header: Int16 = -56
    }
}
