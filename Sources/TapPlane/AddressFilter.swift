/// A medium that hands over and takes only frames of its own addresses unless told otherwise.
///
/// From inside it cannot be seen whether it was told: what is known is the driver.
package enum AddressFilter: Hashable, Sendable {
    case kvm, vmware, hyperV, xen, cloud, virtualFunction, macvlan

    /// The filter that may stand behind interfaces of this driver; nil if there is none.
    package init?(driver: String) {
        guard let filter = Self.byDriver[driver] else { return nil }
        self = filter
    }

    private static let byDriver: [String: AddressFilter] = [
        "virtio_net": .kvm, "vmxnet3": .vmware, "hv_netvsc": .hyperV,
        "vif": .xen, "xen_netfront": .xen, "xen-netfront": .xen,
        "ena": .cloud, "gve": .cloud, "mana": .cloud,
        "iavf": .virtualFunction, "i40evf": .virtualFunction, "ixgbevf": .virtualFunction,
        "igbvf": .virtualFunction,
        "macvlan": .macvlan,
    ]

    /// What it is, for messages.
    var medium: String {
        switch self {
        case .kvm: "a virtual machine's NIC of KVM"
        case .vmware: "a virtual machine's NIC of VMware"
        case .hyperV: "a virtual machine's NIC of Hyper-V"
        case .xen: "a virtual machine's NIC of Xen"
        case .cloud: "a cloud network's NIC"
        case .virtualFunction: "a virtual function of a NIC"
        case .macvlan: "a macvlan"
        }
    }

    /// What must be allowed outside of this machine.
    func remedy(port: String) -> String {
        switch self {
        case .kvm:
            "on the host: libvirt: no filter no-mac-spoofing or clean-traffic, and trustGuestRxFilters='yes' "
                + "for a macvtap; Proxmox: MAC filter off; OpenStack: --disable-port-security on the port"
        case .vmware:
            "on the port group set Promiscuous mode, MAC address changes and Forged transmits to Accept"
        case .hyperV:
            "on the host: Set-VMNetworkAdapter -VMName NAME -MacAddressSpoofing On"
        case .xen:
            "on the host: xe vif-param-set uuid=UUID other-config:promiscuous=on locking-mode=unlocked"
        case .cloud:
            "there is no setting for it: use the cloud's own traffic mirroring, and a machine of your own "
                + "to forward"
        case .virtualFunction:
            "on the host: ip link set dev DEVICE vf NUMBER trust on spoofchk off"
        case .macvlan:
            "make it with mode passthru (ip link add link DEVICE name \(port) type macvlan mode passthru), "
                + "or take the device itself"
        }
    }
}
