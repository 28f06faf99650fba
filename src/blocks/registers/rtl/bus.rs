// SPDX-License-Identifier: MIT OR Apache-2.0
//! The five channels of AXI4-Lite, reduced to one write and one read at a time.

use super::super::description::ADDRESS_BITS;
use super::{Read, Rtl, Write};
use crate::hdl::{Expr, lit, zeros};

const WORD: usize = ADDRESS_BITS - 2;

impl Rtl {
    pub(super) fn write_channels(&mut self) -> Write {
        let (awaddr, awvalid, awready) = (
            self.port("s_axil_awaddr"),
            self.port("s_axil_awvalid"),
            self.port("s_axil_awready"),
        );
        let (wdata, wstrb) = (self.port("s_axil_wdata"), self.port("s_axil_wstrb"));
        let (wvalid, wready) = (self.port("s_axil_wvalid"), self.port("s_axil_wready"));
        let (bresp, bvalid, bready) = (
            self.port("s_axil_bresp"),
            self.port("s_axil_bvalid"),
            self.port("s_axil_bready"),
        );
        let awprot = self.port("s_axil_awprot");
        self.m.unused(&awprot);
        self.m.unused(&awaddr.slice(0, 2));

        let aw_full_q = self.flop("aw_full_q", 1, 0);
        let w_full_q = self.flop("w_full_q", 1, 0);
        let b_valid_q = self.flop("b_valid_q", 1, 0);
        let b_error_q = self.flop("b_error_q", 1, 0);
        let address_q = self.storage_flop("write_address_q", WORD);
        let data_q = self.storage_flop("write_data_q", 32);
        let strobe_q = self.storage_flop("write_strobe_q", 4);

        let m = &mut self.m;
        m.comment(
            "Address and data are taken in any order; the write happens when both are there.",
        );
        m.assign(&awready, &(!&aw_full_q & !&b_valid_q));
        m.assign(&wready, &(!&w_full_q & !&b_valid_q));
        let aw_take = m.wire_of("aw_take", &(&awvalid & &awready));
        let w_take = m.wire_of("w_take", &(&wvalid & &wready));
        let valid = m.wire_of("write_valid", &(&aw_full_q & &w_full_q));
        m.next(&aw_full_q, &(&aw_take | (&aw_full_q & !&valid)));
        m.next(&w_full_q, &(&w_take | (&w_full_q & !&valid)));
        m.next_if(&address_q, &aw_take, &awaddr.slice(2, WORD));
        m.next_if(&data_q, &w_take, &wdata);
        m.next_if(&strobe_q, &w_take, &wstrb);

        m.comment("The response; a refused write answers SLVERR.");
        let error = m.wire("write_error", 1);
        m.next(&b_valid_q, &(&valid | (&b_valid_q & !&bready)));
        m.next_if(&b_error_q, &valid, &error);
        m.assign(&bvalid, &b_valid_q);
        m.concat(&bresp, &[zeros(1), b_error_q]);

        m.comment("Bytes that are not strobed keep their value.");
        let mask = m.wire("write_mask", 32);
        let bytes: Vec<Expr> = (0..4).map(|byte| strobe_q.bit(byte).repeat(8)).collect();
        m.concat(&mask, &bytes);
        let bits = m.wire_of("write_bits", &(&data_q & &mask));
        Write {
            valid,
            address: address_q,
            mask,
            bits,
            error,
        }
    }

    pub(super) fn read_channels(&mut self) -> Read {
        let (araddr, arvalid, arready) = (
            self.port("s_axil_araddr"),
            self.port("s_axil_arvalid"),
            self.port("s_axil_arready"),
        );
        let (rdata, rresp) = (self.port("s_axil_rdata"), self.port("s_axil_rresp"));
        let (rvalid, rready) = (self.port("s_axil_rvalid"), self.port("s_axil_rready"));
        let arprot = self.port("s_axil_arprot");
        self.m.unused(&arprot);
        self.m.unused(&araddr.slice(0, 2));

        let ar_full_q = self.flop("ar_full_q", 1, 0);
        let r_valid_q = self.flop("r_valid_q", 1, 0);
        let r_error_q = self.flop("r_error_q", 1, 0);
        let address_q = self.storage_flop("read_address_q", WORD);
        let data_q = self.storage_flop("read_data_q", 32);

        let m = &mut self.m;
        m.comment("An address is taken, then its data are sampled, then they are answered.");
        m.assign(&arready, &(!&ar_full_q & !&r_valid_q));
        let take = m.wire_of("ar_take", &(&arvalid & &arready));
        m.next(&ar_full_q, &take);
        m.next_if(&address_q, &take, &araddr.slice(2, WORD));
        let data = m.wire("read_data", 32);
        let error = m.wire("read_error", 1);
        m.next(&r_valid_q, &(&ar_full_q | (&r_valid_q & !&rready)));
        m.next_if(&data_q, &ar_full_q, &data);
        m.next_if(&r_error_q, &ar_full_q, &error);
        m.assign(&rvalid, &r_valid_q);
        m.assign(&rdata, &data_q);
        m.concat(&rresp, &[zeros(1), r_error_q]);
        Read {
            valid: ar_full_q,
            address: address_q,
            data,
            error,
        }
    }
}

impl Write {
    /// High in the cycle in which the word at an address is written.
    pub(super) fn hits(&self, word: u128) -> Expr {
        &self.valid & self.address.eq(&lit(word, WORD))
    }
}

impl Read {
    /// High in the cycle in which the word at an address is sampled.
    pub(super) fn hits(&self, word: u128) -> Expr {
        &self.valid & self.address.eq(&lit(word, WORD))
    }
}
