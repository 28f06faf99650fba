// SPDX-License-Identifier: MIT OR Apache-2.0
//! The ABC scripts that every module is mapped with.

/// A script for Yosys' `abc -script`: passes without blanks, `,` for a blank, `{D}` the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Script {
    /// Short name, for results.
    pub name: &'static str,
    /// The passes.
    pub passes: &'static str,
    /// Full adders of the library stand where there are adders, before the passes run.
    pub full_adders: bool,
}

/// No script is best for all modules: areas differ by up to 15 %, and which one wins depends on
/// the module and the library. All run, and the smallest result that meets the period is kept.
pub const PORTFOLIO: &[Script] = &[
    Script {
        name: "syn3_nf",
        passes: "+strash;dc2;&get,-n;&st;&syn3;&syn3;&dch;&nf,-R,1000,-F,5;&put;buffer,-c,-N,12;upsize,{D};dnsize,{D};stime,-p",
        full_adders: false,
    },
    Script {
        name: "if_nf",
        passes: "+strash;ifraig;scorr;dc2;strash;&get,-n;&st;&if,-g,-K,6;&dch;&nf;&put;buffer,-c,-N,12;topo;upsize,{D};dnsize,{D};stime,-p",
        full_adders: false,
    },
    Script {
        name: "fraig_nf",
        passes: "+strash;&get,-n;&fraig,-x;&put;scorr;dc2;strash;&get,-n;&dch,-f;&nf;&put;buffer,-c,-N,12;topo;upsize,{D};dnsize,{D};stime,-p",
        full_adders: false,
    },
    Script {
        name: "map_area",
        passes: "+strash;map,-a;topo;buffer,-c,-N,12;upsize,{D};dnsize,{D};stime,-p",
        full_adders: false,
    },
    Script {
        name: "amap",
        passes: "+strash;amap,-m;topo;buffer,-c,-N,12;upsize,{D};dnsize,{D};stime,-p",
        full_adders: false,
    },
    Script {
        name: "dch_amap",
        passes: "+strash;dch,-f;amap,-m;topo;buffer,-c,-N,12;upsize,{D};dnsize,{D};stime,-p",
        full_adders: false,
    },
    Script {
        name: "fa_syn3_nf",
        passes: "+strash;dc2;&get,-n;&st;&syn3;&syn3;&dch;&nf,-R,1000,-F,5;&put;buffer,-c,-N,12;upsize,{D};dnsize,{D};stime,-p",
        full_adders: true,
    },
    Script {
        name: "fa_syn4_nf",
        passes: "+strash;ifraig;scorr;dc2;if,-K,6,-a;mfs2,-a,-e;strash;dc2;&get,-n;&st;&syn4;&dch;&nf,-R,1000,-F,5;&put;buffer,-c,-N,12;upsize,{D};dnsize,{D};stime,-p",
        full_adders: true,
    },
    Script {
        name: "fa_dc2_if_nf",
        passes: "+strash;ifraig;scorr;dc2;dc2;dc2;strash;&get,-n;&st;&if,-g,-K,6;&dch;&nf,-R,1000,-F,5;&put;buffer,-c,-N,12;upsize,{D};dnsize,{D};stime,-p",
        full_adders: true,
    },
    Script {
        name: "mfs_syn4_nf",
        passes: "+strash;ifraig;scorr;dc2;if,-K,6,-a;mfs2,-a,-e;strash;dc2;&get,-n;&st;&syn4;&dch;&nf,-R,1000,-F,5;&put;buffer,-c,-N,12;upsize,{D};dnsize,{D};stime,-p",
        full_adders: false,
    },
];
