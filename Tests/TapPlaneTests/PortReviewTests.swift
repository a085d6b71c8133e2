import TapLinux
import TapPlane
import Testing

struct PortReviewTests {
    private func review(_ change: (inout PortReview) -> Void = { _ in }) -> PortReview {
        let flags: InterfaceFlags = [.up, .running]
        var review = PortReview(facts: InterfaceFacts(name: "eth0", index: 2, flags: flags))
        change(&review)
        return review
    }

    private func severities(_ review: PortReview) -> [String] {
        review.findings.map { "\($0.severity) \($0.code)" }
    }

    @Test func aPortInOrderIsSummedUp() {
        let review = review {
            $0.driver = "e1000e"
            $0.facts.speedMegabits = 1000
        }
        #expect(review.findings.isEmpty)
        #expect(
            review.summary == "up, 1000 Mbit/s, MTU 1500, e1000e, no address, in no bridge"
        )
    }

    @Test func noCarrierIsAWarningAndADownPortANote() {
        #expect(severities(review { $0.facts.flags = [.up] }) == ["warning port-no-carrier"])
        let down = review { $0.facts.flags = [] }
        #expect(severities(down) == ["note port-down"])
        #expect(down.findings.first?.command == "ip link set dev eth0 up")
    }

    @Test func largeReceiveOffloadIsNamedWithItsCommand() {
        let review = review { $0.offloads = OffloadReview(.keep) { _ in Self.on } }
        #expect(severities(review) == ["note port-lro"])
        #expect(review.findings.first?.command == "ethtool -K eth0 lro off")
    }

    private static let on = InterfaceFeature(isActive: true, isRequested: true, isChangeable: true)
    private static let fixed = InterfaceFeature(
        isActive: true,
        isRequested: false,
        isChangeable: false
    )

    @Test func offloadsThatWouldBeSwitchedOffAreNamedWithTheirCommand() {
        let found: [ReceiveOffload: InterfaceFeature] = [.generic: Self.on, .list: Self.on]
        let exact = review { $0.offloads = OffloadReview(.exact) { found[$0] } }
        #expect(severities(exact) == ["note port-offloads"])
        let words = exact.findings.first?.problem ?? ""
        #expect(words.hasSuffix(": generic-receive-offload, rx-gro-list"))
        #expect(exact.findings.first?.command == "ethtool -K eth0 gro off rx-gro-list off")
        #expect(review { $0.offloads = OffloadReview(.keep) { found[$0] } }.findings.isEmpty)
    }

    @Test func offloadsThatCannotBeSwitchedOffAreAWarning() {
        let found: [ReceiveOffload: InterfaceFeature] = [
            .largeReceive: Self.on, .hardware: Self.fixed,
        ]
        let exact = review { $0.offloads = OffloadReview(.exact) { found[$0] } }
        #expect(severities(exact) == ["note port-lro", "warning port-offloads-fixed"])
        #expect(exact.findings.last?.problem.contains("rx-gro-hw") == true)
        #expect(exact.findings.last?.fix.contains("offloads: keep") == true)
        let joined = review { $0.offloads = OffloadReview(.keep) { _ in Self.fixed } }
        #expect(severities(joined) == ["warning port-offloads-fixed"])
        #expect(joined.findings.first?.problem.hasSuffix(": large-receive-offload") == true)
        #expect(joined.findings.first?.fix.contains("keep") == false)
    }

    @Test(arguments: [
        ("virtio_net", "trustGuestRxFilters"), ("vmxnet3", "Forged transmits"),
        ("hv_netvsc", "MacAddressSpoofing"), ("vif", "promiscuous"), ("ena", "mirroring"),
        ("iavf", "spoofchk off"), ("macvlan", "passthru"),
    ])
    func aHypervisorsFilterIsNamedWithWhatToAllow(_ driver: String, _ word: String) {
        let review = review { $0.driver = driver }
        #expect(severities(review) == ["warning port-address-filter"])
        #expect(review.findings.first?.fix.contains(word) == true)
        #expect(review.findings.first?.problem.contains(driver) == true)
    }

    @Test func managersAreNamedWithHowToLeaveThePortAlone() {
        let review = review { $0.managers = [.networkManager, .networkd] }
        #expect(severities(review) == ["warning port-managed", "warning port-managed"])
        #expect(review.findings[0].command == "nmcli device set eth0 managed no")
        #expect(
            review.findings[1].command
                == #"printf '[Match]\nName=%s\n[Link]\nUnmanaged=yes\n' eth0 "#
                + ">/etc/systemd/network/05-hubtap-eth0.network && networkctl reload"
        )
    }

    @Test func whatIsNoEthernetIsRefusedAlready() {
        let review = review {
            $0.facts.hardwareType = 65_534
            $0.facts.flags = []
            $0.managers = [.networkd]
        }
        #expect(review.findings.isEmpty)
    }
}
