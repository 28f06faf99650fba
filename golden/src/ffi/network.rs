// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reference networks and digits, so that a testbench needs no JSON parser.

use std::ffi::c_char;

use super::config::HcimConfig;
use super::{HCIM_OK, copy_out, give_text, guard, guard_with, read, text, write};
use crate::network::Network;

/// A network with its images and expected answers.
pub struct HcimNetwork {
    pub(crate) network: Network,
}

/// A layer. Pointers belong to the network and live as long as its handle.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct HcimLayer {
    /// Inputs of the layer.
    pub inputs: u32,
    /// Outputs of the layer.
    pub outputs: u32,
    /// 1: requantised and clamped for a next layer; 0: the last layer.
    pub relu: u32,
    /// Shift of the requantisation.
    pub shift: u32,
    /// inputs*outputs weights, row-major.
    pub weights: *const i32,
    /// A*outputs*W scale factors, plane-major, column o*W + j.
    pub scales: *const u32,
    /// A thresholds.
    pub thresholds: *const u32,
    /// Multiplier of each output.
    pub multiplier: *const i32,
    /// Bias of each output.
    pub bias: *const i32,
}

/// What a test image gives. Pointers belong to the network and live as long as its handle.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct HcimExpected {
    /// Number of the image among all images.
    pub image: u32,
    /// The digit that is drawn.
    pub label: u32,
    /// The digit that the network answers.
    pub predicted: u32,
    /// Layer 0's y before requantisation.
    pub layer0_acc: *const i64,
    /// Inputs of layer 1.
    pub hidden: *const u16,
    /// Layer 1's y.
    pub layer1_acc: *const i64,
    /// Inputs of layer 0: 64 numbers.
    pub inputs: *const u16,
}

/// Loads `folder/network.json`, `folder/expected.json` and the digits' CSV file.
///
/// # Safety
/// `folder` and `digits` are text; `out` may be written; `message` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_network_load(
    folder: *const c_char,
    digits: *const c_char,
    out: *mut *mut HcimNetwork,
    message: *mut *mut c_char,
) -> i32 {
    // SAFETY: as promised by the caller.
    unsafe {
        guard_with(message, || {
            let (folder, digits) = (text(folder, "folder")?, text(digits, "digits")?);
            let network = Network::load(folder.as_ref(), digits.as_ref())?;
            *write(out, "out")? = Box::into_raw(Box::new(HcimNetwork { network }));
            Ok(HCIM_OK)
        })
    }
}

/// Gives a network back.
///
/// # Safety
/// `network` is null or a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_network_free(network: *mut HcimNetwork) {
    if !network.is_null() {
        // SAFETY: as promised by the caller.
        drop(unsafe { Box::from_raw(network) });
    }
}

/// Number of layers and of test images.
///
/// # Safety
/// `network` is a live handle; `layers` and `images` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_network_size(
    network: *const HcimNetwork,
    layers: *mut u32,
    images: *mut u32,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let network = &read(network, "network")?.network;
        *write(layers, "layers")? = network.layers.len() as u32;
        *write(images, "images")? = network.images.len() as u32;
        Ok(HCIM_OK)
    })
}

/// A layer.
///
/// # Safety
/// `network` is a live handle; `out` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_network_layer(
    network: *const HcimNetwork,
    layer: u32,
    out: *mut HcimLayer,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let network = &read(network, "network")?.network;
        let layer = network.layer(layer)?;
        *write(out, "out")? = HcimLayer {
            inputs: layer.inputs as u32,
            outputs: layer.outputs as u32,
            relu: layer.relu.into(),
            shift: network.requant_shift,
            weights: layer.weights.as_ptr(),
            scales: layer.scales.as_ptr(),
            thresholds: layer.thresholds.as_ptr(),
            multiplier: layer.multiplier.as_ptr(),
            bias: layer.bias.as_ptr(),
        };
        Ok(HCIM_OK)
    })
}

/// JSON text of the smallest configuration that holds a layer (the top is a tile, d = 1).
///
/// # Safety
/// `network` is a live handle; `json` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_network_layer_json(
    network: *const HcimNetwork,
    layer: u32,
    json: *mut *mut c_char,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        give_text(json, &read(network, "network")?.network.layer_json(layer)?);
        Ok(HCIM_OK)
    })
}

/// A layer's weights (R*O numbers) and scale factors (A*U numbers) padded with zeros to the size of
/// a configuration, for packing.
///
/// # Safety
/// `network` and `config` are live handles; `weights` and `scales` have room for so many numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_network_layer_padded(
    network: *const HcimNetwork,
    layer: u32,
    config: *const HcimConfig,
    weights: *mut i32,
    scales: *mut u32,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let config = &read(config, "config")?.config;
        let padded = read(network, "network")?
            .network
            .layer(layer)?
            .padded(config)?;
        copy_out(weights, &padded.weights, "weights")?;
        copy_out(scales, &padded.scales, "scales")?;
        Ok(HCIM_OK)
    })
}

/// Test image `index` (0 .. images - 1) and what the network makes of it.
///
/// # Safety
/// `network` is a live handle; `out` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hcim_network_image(
    network: *const HcimNetwork,
    index: u32,
    out: *mut HcimExpected,
) -> i32 {
    // SAFETY: as promised by the caller.
    guard(|| unsafe {
        let image = read(network, "network")?.network.image(index)?;
        *write(out, "out")? = HcimExpected {
            image: image.index,
            label: image.label,
            predicted: image.predicted,
            layer0_acc: image.layer0_acc.as_ptr(),
            hidden: image.hidden.as_ptr(),
            layer1_acc: image.layer1_acc.as_ptr(),
            inputs: image.inputs.as_ptr(),
        };
        Ok(HCIM_OK)
    })
}
