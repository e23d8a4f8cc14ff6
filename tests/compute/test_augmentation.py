"""Crop and flip against a loop over single images, and that what is drawn is uniform."""

import numpy as np
import torch

from compute.training.augmentation import PADDING, CropFlip, draw_crop_flip


def test_each_image_is_padded_cropped_and_mirrored():
    images = torch.randn(6, 3, 7, 5, generator=torch.Generator().manual_seed(0))
    top, left = torch.tensor([0, 8, 3, 4, 7, 1, 2, 5]), torch.tensor([8, 0, 4, 4, 1, 2, 6, 3])
    mirrored = torch.tensor([True, False, True, False, True, True, False, False])
    changed = CropFlip(top, left, mirrored)(images, slice(2, 8))
    assert changed.shape == images.shape and changed.is_contiguous()
    for k, image in enumerate(images.numpy()):
        padded = np.pad(image, ((0, 0), (PADDING, PADDING), (PADDING, PADDING)))
        row, column = int(top[k + 2]), int(left[k + 2])
        crop = padded[:, row : row + 7, column : column + 5]
        assert np.array_equal(changed[k], crop[:, :, ::-1] if mirrored[k + 2] else crop)


def test_in_the_middle_and_not_mirrored_nothing_changes():
    images = torch.randn(2, 1, 8, 8)
    middle = torch.full((2,), PADDING)
    assert torch.equal(CropFlip(middle, middle, torch.zeros(2, dtype=torch.bool))(images, slice(0, 2)), images)


def test_all_crops_come_equally_often_and_half_the_images_are_mirrored():
    count = 81 * 400
    drawn = draw_crop_flip(count, torch.Generator().manual_seed(1))
    times = torch.bincount(9 * drawn.top + drawn.left, minlength=81)
    assert len(times) == 81
    # chi-squared with 80 degrees of freedom: mean 80, standard deviation 12.6; six of those
    assert 0 < float(((times - 400) ** 2).sum()) / 400 < 80 + 6 * 12.6
    # standard deviation √n / 2 = 90
    assert abs(int(drawn.mirrored.sum()) - count / 2) < 6 * 90


def test_the_generator_decides():
    one, same, other = (draw_crop_flip(50, torch.Generator().manual_seed(seed)) for seed in (3, 3, 4))
    for name in ("top", "left", "mirrored"):
        assert torch.equal(getattr(one, name), getattr(same, name))
        assert not torch.equal(getattr(one, name), getattr(other, name))
