internal import TapWire

extension CaptureDecoder {
    /// Reads an interface description block of `length` octets.
    mutating func readInterface(_ length: Int) throws(CaptureError) {
        guard interfaces.count < CaptureLimits.maximumInterfaceCount else {
            throw CaptureError(
                code: .tooManyInterfaces,
                offset: buffer.offset,
                problem: "a section has more than \(interfaces.count) interfaces"
            )
        }
        let (interface, resolution, checkSequence) = interfaceDescription(length)
        add(interface, resolution: resolution, checkSequence)
        _ = buffer.consume(length)
    }

    private func interfaceDescription(_ length: Int) -> (CaptureInterface, TimeResolution, Int) {
        var interface = CaptureInterface(
            name: "",
            linkType: LinkType(rawValue: order.uint16(buffer.octets, at: 8)),
            snapLength: order.uint32(buffer.octets, at: 12)
        )
        var resolution = TimeResolution()
        var checkSequence = 0
        let octets = buffer.octets.extracting(16..<length - 4)
        var options = PcapngOptionList(octets, order)
        while let (code, range) = options.next() {
            let value = octets.extracting(range)
            switch (code, value.count) {
            case (PcapngOption.interfaceTimeResolution, 1): resolution.rawValue = value[0]
            case (PcapngOption.interfaceTimeOffset, 8):
                resolution.offsetSeconds = Int64(bitPattern: order.uint64(value, at: 0))
            case (PcapngOption.interfaceCheckSequenceLength, 1):
                // In bits, says the draft; some writers count octets.
                checkSequence = value[0] < 8 ? Int(value[0]) : Int(value[0]) / 8
            default: interface.read(code, value, order)
            }
        }
        if interface.name.isEmpty { interface.name = "if\(interfaces.count)" }
        return (interface, resolution, checkSequence)
    }

    /// Reads an interface statistics block of `length` octets.
    mutating func readStatistics(_ length: Int) throws(CaptureError) {
        let index = order.uint32(buffer.octets, at: 8)
        guard index < interfaces.count else { throw unknownInterface(index) }
        let entry = statisticsEntry(length, clocks[Int(index)].resolution)
        statistics[Int(index)] = entry
        _ = buffer.consume(length)
    }

    private func statisticsEntry(
        _ length: Int,
        _ resolution: TimeResolution
    ) -> InterfaceStatistics {
        var entry = InterfaceStatistics()
        let octets = buffer.octets.extracting(20..<length - 4)
        var options = PcapngOptionList(octets, order)
        while let (code, range) = options.next() {
            guard range.count == 8 else { continue }
            let count = order.uint64(octets, at: range.lowerBound)
            let ticks = order.halves(octets, at: range.lowerBound)
            switch code {
            case PcapngOption.statisticsStart: entry.start = resolution.timestamp(ticks: ticks)
            case PcapngOption.statisticsEnd: entry.end = resolution.timestamp(ticks: ticks)
            case PcapngOption.statisticsReceived: entry.received = count
            case PcapngOption.statisticsDropped: entry.dropped = count
            case PcapngOption.statisticsAccepted: entry.accepted = count
            case PcapngOption.statisticsDroppedBySystem: entry.droppedBySystem = count
            case PcapngOption.statisticsDelivered: entry.delivered = count
            default: continue
            }
        }
        return entry
    }

    /// The error for a block that refers to an interface the section has not described.
    func unknownInterface(_ index: UInt32) -> CaptureError {
        malformed(
            "a block belongs to interface \(index), but only \(interfaces.count) are described"
        )
    }
}

extension CaptureInterface {
    /// Takes one option of an interface description block; unknown ones are left alone.
    fileprivate mutating func read(_ code: UInt16, _ value: Span<UInt8>, _ order: ByteOrder) {
        switch code {
        case PcapngOption.interfaceName: name = CaptureDecoder.text(value)
        case PcapngOption.interfaceDescription: description = CaptureDecoder.text(value)
        case PcapngOption.interfaceMACAddress where value.count == 6:
            let bits = UInt64(value.uint16(at: 0)) << 32 | UInt64(value.uint32(at: 2))
            macAddress = MACAddress(bits: bits)
        case PcapngOption.interfaceSpeed where value.count == 8:
            bitsPerSecond = order.uint64(value, at: 0)
        case PcapngOption.interfaceFilter where value.count > 1 && value[0] == 0:
            filter = CaptureDecoder.text(value.extracting(droppingFirst: 1))
        case PcapngOption.interfaceOperatingSystem:
            operatingSystem = CaptureDecoder.text(value)
        case PcapngOption.interfaceHardware: hardware = CaptureDecoder.text(value)
        default: return
        }
    }
}
