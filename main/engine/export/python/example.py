"""What model.py does when it is run: noise becomes latents, and these pictures."""

import torch

if __name__ == "__main__":
    model = Model()  # of the model's file, which stands before this one
    images = torch.rand(2, model.image["channels"], model.image["height"], model.image["width"])
    latents = model.encode(images)
    print("latents", *(list(one.shape) for one in (latents if isinstance(latents, list) else [latents])))
    print("images", list(model.decode(latents).shape))
