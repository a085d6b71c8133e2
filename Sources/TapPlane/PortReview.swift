package import TapLinux

/// What is worth knowing of a port beside what a hub refuses, decided on what was found.
package struct PortReview {
    /// What the kernel says of the interface.
    package var facts: InterfaceFacts
    /// Its driver, such as `virtio_net`; nil if it does not say.
    package var driver: String?
    /// Its receive offloads that are to be off.
    package var offloads = OffloadReview()
    /// The services that set it up by themselves.
    package var managers: [InterfaceManager] = []

    package init(facts: InterfaceFacts) { self.facts = facts }

    private var name: String { facts.name }

    /// Warnings and notes.
    package var findings: [SetupFinding] {
        guard facts.isEthernet else { return [] }
        return [carrier, segments, joinedFrames, fixedOffloads, addressFilter].compactMap(\.self)
            + managers.map(managed)
    }

    /// What was seen, in a few words.
    package var summary: String {
        let link =
            facts.flags.contains(.up)
            ? (facts.flags.contains(.running) ? "up" : "up without carrier") : "down"
        let speed = facts.speedMegabits > 0 ? ["\(facts.speedMegabits) Mbit/s"] : []
        let uses = [
            facts.addresses.isEmpty ? "no address" : "address kept by --force",
            facts.master.map { "in \($0) by --force" } ?? "in no bridge",
        ]
        return ([link] + speed + ["MTU \(facts.mtu)"] + (driver.map { [$0] } ?? []) + uses)
            .joined(separator: ", ")
    }

    private var carrier: SetupFinding? {
        guard facts.flags.contains(.up) else {
            return SetupFinding(
                .note,
                "port-down",
                name,
                "is down, so it cannot be seen whether a cable is in",
                fix: "the hub sets it up itself; to see now whether it has a carrier",
                command: "ip link set dev \(name) up"
            )
        }
        guard !facts.flags.contains(.running) else { return nil }
        return SetupFinding(
            .warning,
            "port-no-carrier",
            name,
            "has no carrier: nothing can cross it",
            fix: "put the cable in, switch the other end on, and look again",
            command: "ip -br link show dev \(name)"
        )
    }

    private var segments: SetupFinding? {
        guard offloads.changeable.contains(.largeReceive) else { return nil }
        return SetupFinding(
            .note,
            "port-lro",
            name,
            "large receive offload is on: joined segments could not be sent on as they came",
            fix:
                "the hub switches it off while it runs and on again after; to switch it off for good",
            command: "ethtool -K \(name) lro off"
        )
    }

    private var joinedFrames: SetupFinding? {
        let others = offloads.changeable.filter { $0 != .largeReceive }
        guard !others.isEmpty else { return nil }
        let words = others.map { "\($0.ethtoolWord) off" }.joined(separator: " ")
        return SetupFinding(
            .note,
            "port-offloads",
            name,
            "joins frames before they are mirrored: \(Self.list(others))",
            fix: "the hub switches that off while it runs and on again after; "
                + "to switch it off for good",
            command: "ethtool -K \(name) \(words)"
        )
    }

    private var fixedOffloads: SetupFinding? {
        guard !offloads.fixed.isEmpty else { return nil }
        let otherwise =
            offloads.fixed.contains(.largeReceive)
            ? "" : "; where longer frames in the mirror do no harm, use offloads: keep"
        return SetupFinding(
            .warning,
            "port-offloads-fixed",
            name,
            "cannot be kept from joining frames before they are mirrored: \(Self.list(offloads.fixed))",
            fix: "use another NIC, or have its host leave frames as they are" + otherwise
        )
    }

    private static func list(_ offloads: [ReceiveOffload]) -> String {
        offloads.map(\.description).joined(separator: ", ")
    }

    private var addressFilter: SetupFinding? {
        guard let driver, let filter = AddressFilter(driver: driver) else { return nil }
        return SetupFinding(
            .warning,
            "port-address-filter",
            name,
            "\(filter.medium) (driver \(driver)) may drop frames of other MAC addresses than its own",
            fix: filter.remedy(port: name)
        )
    }

    private func managed(by manager: InterfaceManager) -> SetupFinding {
        SetupFinding(
            .warning,
            "port-managed",
            name,
            "\(manager.name) manages it, and may give it an address or set it down",
            fix: Self.remedy(manager, name),
            command: Self.command(manager, name)
        )
    }

    private static func remedy(_ manager: InterfaceManager, _ port: String) -> String {
        switch manager {
        case .networkManager:
            "leave it unmanaged; to keep that after a reboot put the lines [keyfile] and "
                + "unmanaged-devices=interface-name:\(port) into /etc/NetworkManager/conf.d/hubtap.conf"
        case .networkd: "leave it unmanaged"
        }
    }

    private static func command(_ manager: InterfaceManager, _ port: String) -> String {
        switch manager {
        case .networkManager: "nmcli device set \(port) managed no"
        case .networkd:
            #"printf '[Match]\nName=%s\n[Link]\nUnmanaged=yes\n' \#(port) "#
                + ">/etc/systemd/network/05-hubtap-\(port).network && networkctl reload"
        }
    }
}
